package io.nvmetcp.e2e.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

/**
 * Keeps a thread on one CPU. Two event loops that talk to each other are moved by the scheduler
 * onto one CPU and apart again, and what an I/O costs differs by a half between the two; a
 * comparison wants one of them, always the same.
 */
final class CpuPin {
  private static final int MASK_BYTES = 128;
  private static final int CALLING_THREAD = 0;
  private static final Optional<MethodHandle> GET = call("sched_getaffinity");
  private static final Optional<MethodHandle> SET = call("sched_setaffinity");
  // Asked for before any thread is pinned: one that is knows only its own CPU.
  private static final BitSet ALLOWED = allowed();

  private CpuPin() {}

  /** False if there is only one CPU, or this system has no such call. */
  static boolean available() {
    return ALLOWED.cardinality() > 1;
  }

  /**
   * Pins the calling thread to the first or to the last CPU that this process may use.
   *
   * @return false if that cannot be had: nothing was changed
   */
  static boolean pin(boolean first) {
    if (!available()) {
      return false;
    }
    BitSet one = new BitSet();
    one.set(first ? ALLOWED.nextSetBit(0) : ALLOWED.length() - 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      byte[] bytes = one.toByteArray();
      MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return call(SET.orElseThrow(), mask) == 0;
    }
  }

  private static BitSet allowed() {
    if (GET.isEmpty() || SET.isEmpty()) {
      return new BitSet();
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      return call(GET.get(), mask) < 0 ? new BitSet() : BitSet.valueOf(mask.asByteBuffer());
    }
  }

  @SuppressWarnings("restricted") // two calls of the C library, with memory of our own
  private static Optional<MethodHandle> call(String name) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS)));
  }

  private static int call(MethodHandle function, MemorySegment mask) {
    try {
      return (int) function.invokeExact(CALLING_THREAD, (long) MASK_BYTES, mask);
    } catch (Throwable e) {
      throw new IllegalStateException("CPU affinity of a thread", e);
    }
  }
}
