package io.nvmetcp.target.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Memory that Linux is asked to make of transparent huge pages: whoever reads 4 KiB at random waits
 * less for the translation of addresses, twice so in a virtual machine. The JDK has no such memory:
 * what it allocates it has written zeros to, in small pages, before anyone could ask.
 *
 * <p>There is none on other systems, nor without native access for this module, whose absence is no
 * error. Any thread.
 */
final class HugePages {
  /**
   * A huge page of the usual architectures; others use them for less of the memory, or for none.
   */
  static final int BYTES = 2 << 20;

  private static final long ANYWHERE = 0;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int NO_FILE = -1;
  private static final long MAP_FAILED = -1;
  private static final int MADV_HUGEPAGE = 14;
  private static final Optional<Calls> CALLS = calls();

  private record Calls(MethodHandle mmap, MethodHandle madvise, MethodHandle munmap) {}

  private HugePages() {}

  /**
   * Allocates zeros, which are given back when {@code arena} is closed.
   *
   * @param bytes a multiple of {@link #BYTES}
   * @return memory that starts at a multiple of {@link #BYTES}, or null if there is none to be had
   */
  @SuppressWarnings("restricted") // memory of our own, as long as it is mapped
  static @Nullable MemorySegment allocate(long bytes, Arena arena) {
    if (CALLS.isEmpty()) {
      return null;
    }
    Calls calls = CALLS.get();
    // The system chooses where: what is before and behind the aligned part is never touched.
    long mappedBytes = bytes + BYTES;
    long address = map(calls, mappedBytes);
    if (address == MAP_FAILED) {
      return null;
    }
    MemorySegment mapped =
        MemorySegment.ofAddress(address)
            .reinterpret(mappedBytes, arena, gone -> unmap(calls, gone.address(), mappedBytes));
    long skip = Math.ceilDiv(address, BYTES) * BYTES - address;
    MemorySegment aligned = mapped.asSlice(skip, bytes);
    advise(calls, aligned.address(), bytes);
    return aligned;
  }

  private static long map(Calls calls, long bytes) {
    try {
      return (long)
          calls.mmap.invokeExact(
              ANYWHERE, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, NO_FILE, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("mmap", e);
    }
  }

  // What comes of it is the system's affair: without huge pages the memory is as good.
  private static void advise(Calls calls, long address, long bytes) {
    try {
      int ignored = (int) calls.madvise.invokeExact(address, bytes, MADV_HUGEPAGE);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise", e);
    }
  }

  private static void unmap(Calls calls, long address, long bytes) {
    int result;
    try {
      result = (int) calls.munmap.invokeExact(address, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("munmap", e);
    }
    if (result != 0) {
      throw new IllegalStateException("munmap of %d bytes at %d".formatted(bytes, address));
    }
  }

  private static Optional<Calls> calls() {
    boolean may = HugePages.class.getModule().isNativeAccessEnabled();
    // The constants above are Linux's.
    if (!may || !System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    var mmap = call("mmap", FunctionDescriptor.of(word, word, word, number, number, number, word));
    var madvise = call("madvise", FunctionDescriptor.of(number, word, word, number));
    var munmap = call("munmap", FunctionDescriptor.of(number, word, word));
    return mmap.isPresent() && madvise.isPresent() && munmap.isPresent()
        ? Optional.of(new Calls(mmap.get(), madvise.get(), munmap.get()))
        : Optional.empty();
  }

  @SuppressWarnings("restricted") // calls of the C library
  private static Optional<MethodHandle> call(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.defaultLookup().find(name).map(at -> linker.downcallHandle(at, type));
  }
}
