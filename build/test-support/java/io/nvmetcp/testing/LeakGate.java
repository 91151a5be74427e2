package io.nvmetcp.testing;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the build when a test leaves a Netty buffer unreleased.
 *
 * <p>As a session listener it takes the place of Netty's leak detector, which would only log; as a
 * Jupiter extension it looks after each class that allocated, so that the report names a class near
 * the culprit; and at the end it looks once more, for what was still reachable then. Both are found
 * through {@code META-INF/services}. Thread-safe: detectors report on whichever thread allocates.
 */
public final class LeakGate implements LauncherSessionListener, AfterAllCallback {
  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
  private static final List<Recorder<?>> RECORDERS = new CopyOnWriteArrayList<>();
  private static final AtomicLong TRACKED = new AtomicLong();
  private static volatile long trackedAtLastLook;

  /** Made by JUnit, through the service loader. */
  public LeakGate() {}

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    // Before any buffer class is initialised: those keep the detector they find.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new RecorderFactory());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    boolean outermost = context.getRequiredTestClass().getEnclosingClass() == null;
    if (outermost && TRACKED.get() != trackedAtLastLook) {
      List<String> leaks = drain();
      if (!leaks.isEmpty()) {
        throw new AssertionError(describe(leaks));
      }
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    List<String> leaks = drain();
    if (!leaks.isEmpty()) {
      // All tests have been reported by now: only the exit of this process can still fail the
      // build.
      // Written past the runner's capture, which would not be flushed.
      try (var err =
          new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)) {
        err.println(describe(leaks));
      }
      Runtime.getRuntime().halt(1);
    }
  }

  /**
   * Collects garbage and returns the leaks seen since the last call.
   *
   * @return one text per leak, with the recorded accesses
   */
  public static List<String> drain() {
    // Two rounds: when the second canary arrives, every reference of the first round is enqueued.
    collect();
    collect();
    RECORDERS.forEach(Recorder::probe);
    trackedAtLastLook = TRACKED.get();
    var found = new ArrayList<String>();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      found.add(leak);
    }
    return found;
  }

  private static String describe(List<String> leaks) {
    return "LEAK: %d buffer(s) never released%n%s"
        .formatted(leaks.size(), String.join(System.lineSeparator(), leaks));
  }

  private static void collect() {
    var queue = new ReferenceQueue<Object>();
    var canary = new WeakReference<>(new Object(), queue);
    try {
      for (int attempt = 0; attempt < 10; attempt++) {
        System.gc();
        if (queue.remove(200) == canary) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class RecorderFactory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("deprecation") // abstract in the superclass
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      var recorder = new Recorder<>(resource, samplingInterval);
      RECORDERS.add(recorder);
      return recorder;
    }
  }

  private static final class Recorder<T> extends ResourceLeakDetector<T> {
    Recorder(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    /** Tracks an object of no consequence, because a detector reports only when it tracks. */
    @SuppressWarnings("unchecked")
    void probe() {
      T probe = (T) new Object();
      ResourceLeakTracker<T> tracker = super.track(probe);
      if (tracker != null) {
        tracker.close(probe);
      }
    }

    @Override
    public ResourceLeakTracker<T> track(T obj) {
      TRACKED.incrementAndGet();
      return super.track(obj);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      LEAKS.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      LEAKS.add(resourceType + " (no access recorded)");
    }
  }
}
