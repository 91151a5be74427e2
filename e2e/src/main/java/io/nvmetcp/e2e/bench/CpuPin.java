package io.nvmetcp.e2e.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;

/**
 * Keeps a thread on one CPU. Two event loops that talk to each other are moved by the scheduler
 * onto one CPU and apart again, and what an I/O costs differs by a half between the two; a
 * comparison wants one of them, always the same.
 */
final class CpuPin {
  private static final int MASK_BYTES = 128;
  private static final int CALLING_THREAD = 0;

  private CpuPin() {}

  /**
   * Pins the calling thread to the first or to the last CPU that this process may use.
   *
   * @return false if there is only one, or this system has no such call: nothing was changed
   */
  static boolean pin(boolean first) {
    SymbolLookup library = Linker.nativeLinker().defaultLookup();
    if (library.find("sched_setaffinity").isEmpty()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(MASK_BYTES, Long.BYTES);
      if (call("sched_getaffinity", mask) < 0) {
        return false;
      }
      BitSet allowed = BitSet.valueOf(mask.asByteBuffer());
      if (allowed.cardinality() < 2) {
        return false;
      }
      BitSet one = new BitSet();
      one.set(first ? allowed.nextSetBit(0) : allowed.length() - 1);
      mask.fill((byte) 0);
      byte[] bytes = one.toByteArray();
      MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, bytes.length);
      return call("sched_setaffinity", mask) == 0;
    }
  }

  @SuppressWarnings("restricted") // two calls of the C library, with memory of our own
  private static int call(String name, MemorySegment mask) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    try {
      return (int) function.invokeExact(CALLING_THREAD, (long) MASK_BYTES, mask);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
