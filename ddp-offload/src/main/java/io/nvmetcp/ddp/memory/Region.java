package io.nvmetcp.ddp.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory that was registered before use. Devices and sockets touch regions only, and name a place
 * in one by (region, offset, length), never by an address.
 *
 * <p>A region outlives its last use: whoever may still write into it or read from it, a mapping of
 * a device or a buffer handed to a socket, holds it with {@link #hold} until {@link #release}.
 * {@link #close} only starts the end; the memory goes when the last holder has let go. Safe for use
 * by many threads.
 */
public final class Region {
  private static final int CLOSING = 1 << 31;
  private static final VarHandle HOLDS;

  static {
    try {
      HOLDS = MethodHandles.lookup().findVarHandle(Region.class, "holds", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int id;
  private final RegionKind kind;
  private final Arena arena;
  private final MemorySegment segment;
  private final long sizeBytes;
  private final @Nullable DeviceMemory deviceMemory;
  private final Runnable onClosed;
  private @Nullable Runnable whenClosed;

  // Number of holders; the sign bit says that closing was asked for.
  @SuppressWarnings("UnusedVariable") // through HOLDS
  private volatile int holds;

  Region(int id, RegionKind kind, Arena arena, MemorySegment segment, Runnable onClosed) {
    this.id = id;
    this.kind = kind;
    this.arena = arena;
    this.segment = segment;
    this.onClosed = onClosed;
    sizeBytes = segment.byteSize();
    deviceMemory = null;
  }

  Region(int id, DeviceMemory memory, Arena arena, Runnable onClosed) {
    this.id = id;
    kind = RegionKind.DEVICE;
    this.arena = arena;
    // No byte of it can be accessed, but it says where the memory is.
    segment = MemorySegment.ofAddress(memory.address());
    this.onClosed = onClosed;
    sizeBytes = memory.sizeBytes();
    deviceMemory = memory;
  }

  /** The number by which the registry knows this region. */
  public int id() {
    return id;
  }

  /** What kind of memory this is. */
  public RegionKind kind() {
    return kind;
  }

  /** Size in bytes. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * The memory. Access after the region is closed throws {@link IllegalStateException}; any access
   * to that of a {@link RegionKind#DEVICE} region throws {@link IndexOutOfBoundsException}, since
   * the segment has an address and no bytes.
   */
  public MemorySegment segment() {
    return segment;
  }

  /** A named part of this region, checked against its bounds. */
  public BufferSlice slice(long offset, int lengthBytes) {
    return new BufferSlice(this, offset, lengthBytes);
  }

  /** True if {@code lengthBytes} from {@code offset} lie in this region. */
  public boolean contains(long offset, long lengthBytes) {
    return offset >= 0 && lengthBytes >= 0 && offset <= sizeBytes - lengthBytes;
  }

  /** Puts bytes here that a placing device moves; for every kind. */
  public void place(long offset, MemorySegment bytes, long from, int length) {
    DeviceMemory memory = deviceMemory;
    if (memory == null) {
      MemorySegment.copy(bytes, from, segment, offset, length);
    } else {
      memory.place(offset, bytes, from, length);
    }
  }

  /**
   * Copies host bytes here.
   *
   * @return false if the memory is a device's that cannot be copied to: nothing was written
   */
  public boolean copyIn(long offset, MemorySegment bytes, long from, int length) {
    DeviceMemory memory = deviceMemory;
    if (memory == null) {
      MemorySegment.copy(bytes, from, segment, offset, length);
      return true;
    }
    return memory.copyIn(offset, bytes, from, length);
  }

  /**
   * The CRC32C of a range, as the owner of the memory computes it, or {@link DeviceMemory#NO_CRC}:
   * of host memory always, which host code reads itself.
   */
  public long crc32c(long offset, int length) {
    DeviceMemory memory = deviceMemory;
    return memory == null ? DeviceMemory.NO_CRC : memory.crc32c(offset, length);
  }

  /** Takes a hold; false if the region is closing, and then nothing may be done with it. */
  public boolean hold() {
    int before;
    do {
      before = (int) HOLDS.getVolatile(this);
      if ((before & CLOSING) != 0) {
        return false;
      }
    } while (!HOLDS.compareAndSet(this, before, before + 1));
    return true;
  }

  /**
   * Gives a hold back.
   *
   * @throws IllegalStateException if nobody holds the region; nothing has changed then
   */
  public void release() {
    int before;
    do {
      before = (int) HOLDS.getVolatile(this);
      if ((before & ~CLOSING) == 0) {
        throw new IllegalStateException("region " + id + " released more often than held");
      }
    } while (!HOLDS.compareAndSet(this, before, before - 1));
    if (before - 1 == CLOSING) {
      free();
    }
  }

  /** Holders at this moment. */
  public int holders() {
    return (int) HOLDS.getVolatile(this) & ~CLOSING;
  }

  /** True once closing was asked for. */
  public boolean closing() {
    return ((int) HOLDS.getVolatile(this) & CLOSING) != 0;
  }

  /**
   * Refuses new holds from now on and frees the memory once the last holder lets go, which may be
   * at once. A second call does nothing.
   *
   * @param then called once when the memory is gone, on the thread that let go last
   */
  public void close(Runnable then) {
    Objects.requireNonNull(then);
    int before;
    synchronized (this) {
      if (closing()) {
        return;
      }
      whenClosed = then;
      before = (int) HOLDS.getAndBitwiseOr(this, CLOSING);
    }
    if (before == 0) {
      free();
    }
  }

  /** As {@link #close(Runnable)}, without being told. */
  public void close() {
    close(() -> {});
  }

  private void free() {
    arena.close();
    if (deviceMemory != null) {
      deviceMemory.close();
    }
    onClosed.run();
    Runnable then;
    synchronized (this) {
      then = whenClosed;
      whenClosed = null;
    }
    if (then != null) {
      then.run();
    }
  }
}
