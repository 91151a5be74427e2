package io.nvmetcp.e2e.bench;

import io.nvmetcp.target.NvmeTarget;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * The target once more, its classes loaded a second time, in a build without a scheduler: what is
 * ready is answered by one call, nothing is noted of what is under way. Both builds run in one
 * process, so that pairs of them can be interleaved.
 */
final class SchedulerBypass extends ClassLoader {
  private static final String TARGET = "io.nvmetcp.target.";
  private static final String BENCH = "io.nvmetcp.e2e.bench.";
  private static final String BENCH_TARGET = BENCH + "BenchTarget";
  private static final String SCHEDULER = "io.nvmetcp.target.schedule.Scheduler";
  private static final String OUTLET = "io.nvmetcp.target.schedule.Outlet";

  private static final Set<String> REPLACED = Set.of("ready", "started", "turnEnd");

  private int bypassed;

  SchedulerBypass() {
    super(NvmeTarget.class.getClassLoader());
  }

  /** A steady target of that build; closing it closes its event loops too. */
  AutoCloseable open(long namespaceBytes) throws ReflectiveOperationException {
    var steady = loadClass(BENCH_TARGET).getDeclaredMethod("steady", int.class, long.class);
    steady.setAccessible(true);
    return (AutoCloseable) steady.invoke(null, 1, namespaceBytes);
  }

  /** What method {@code name} of the opened target says. */
  static Object ask(AutoCloseable opened, String name) throws ReflectiveOperationException {
    var method = opened.getClass().getDeclaredMethod(name);
    method.setAccessible(true);
    return method.invoke(opened);
  }

  /** Fails if the scheduler is another than the one that this class knows how to go round. */
  void check() {
    if (bypassed != REPLACED.size()) {
      throw new IllegalStateException(bypassed + " methods of the scheduler were replaced");
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    // What starts the target is loaded beside it, so that it may see it.
    if (!name.startsWith(TARGET) && !name.startsWith(BENCH)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known == null ? define(name) : known;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.replace('.', '/') + ".class";
    try (InputStream in = getParent().getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      if (name.equals(SCHEDULER)) {
        bytes = bypass(bytes);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private byte[] bypass(byte[] scheduler) {
    ClassFile files = ClassFile.of();
    ClassModel model = files.parse(scheduler);
    return files.transformClass(
        model,
        (builder, element) -> {
          if (element instanceof MethodModel method && replaced(method)) {
            bypassed++;
            builder.withMethodBody(
                method.methodName(),
                method.methodType(),
                method.flags().flagsMask(),
                code -> {
                  if (method.methodName().equalsString("ready")) {
                    code.aload(0)
                        .getfield(ClassDesc.of(SCHEDULER), "outlet", ClassDesc.of(OUTLET))
                        .iload(1)
                        .invokeinterface(
                            ClassDesc.of(OUTLET),
                            "emit",
                            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
                  }
                  code.return_();
                });
          } else {
            builder.with(element);
          }
        });
  }

  private static boolean replaced(MethodModel method) {
    return REPLACED.contains(method.methodName().stringValue());
  }
}
