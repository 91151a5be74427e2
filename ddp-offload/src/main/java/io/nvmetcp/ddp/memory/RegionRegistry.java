package io.nvmetcp.ddp.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Registers memory. Every region it made is known by its id until its memory is gone, so that a
 * test or an operator can ask whether everything came back. Safe for use by many threads.
 */
public final class RegionRegistry {
  private static final int ALIGNMENT_BYTES = 4096;
  private final Map<Integer, Region> regions = new ConcurrentHashMap<>();
  private final AtomicInteger nextId = new AtomicInteger(1);

  /** Nothing is registered. */
  public RegionRegistry() {}

  /**
   * Registers {@code bytes} of zeroed off-heap memory, page-aligned.
   *
   * @throws IllegalArgumentException if {@code bytes} is not positive
   * @throws OutOfMemoryError if there is no more
   */
  public Region register(long bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("a region has at least one byte, not " + bytes);
    }
    int id = nextId.getAndIncrement();
    Arena arena = Arena.ofShared();
    MemorySegment memory;
    try {
      memory = arena.allocate(bytes, ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw e;
    }
    Region region = new Region(id, RegionKind.HOST, arena, memory, () -> regions.remove(id));
    regions.put(id, region);
    return region;
  }

  /** Regions whose memory is still there. */
  public int liveRegions() {
    return regions.size();
  }

  /** Starts closing every region; each goes when its last holder lets go. */
  public void closeAll() {
    regions.values().forEach(Region::close);
  }
}
