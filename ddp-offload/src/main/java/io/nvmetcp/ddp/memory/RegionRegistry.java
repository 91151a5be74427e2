package io.nvmetcp.ddp.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Registers memory. Every region it made is known by its id until its memory is gone, so that a
 * test or an operator can ask whether everything came back. Safe for use by many threads.
 */
public final class RegionRegistry {
  private static final int ALIGNMENT_BYTES = 4096;
  private final Map<Integer, Region> regions = new ConcurrentHashMap<>();
  private final AtomicInteger nextId = new AtomicInteger(1);

  private final Supplier<Arena> arenas;

  /** Nothing is registered. */
  public RegionRegistry() {
    this(Arena::ofShared);
  }

  /**
   * Nothing is registered, and off-heap memory will come from {@code arenas}.
   *
   * @param arenas opens the arena of each region, which is closed with it. Where one thread does
   *     everything a confined one does, and closes far faster
   */
  public RegionRegistry(Supplier<Arena> arenas) {
    this.arenas = arenas;
  }

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
    Arena arena = arenas.get();
    MemorySegment memory;
    try {
      memory = arena.allocate(bytes, ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw e;
    }
    return add(new Region(id, RegionKind.HOST, arena, memory, () -> regions.remove(id)));
  }

  /**
   * Registers a file's first {@code bytes}: what is placed here is in the file. A file that is
   * shorter is made as long. Closing the region neither truncates nor flushes it.
   *
   * @throws IOException if it cannot be opened for reading and writing, or mapped
   */
  public Region map(Path file, long bytes) throws IOException {
    return map(RegionKind.MAPPED, file, bytes);
  }

  /**
   * As {@link #map}, for a file that other processes map too: they see what is placed here. When
   * they may look is theirs to agree on: the content is undefined until the read that fills it has
   * succeeded.
   */
  public Region share(Path file, long bytes) throws IOException {
    return map(RegionKind.SHARED, file, bytes);
  }

  private Region map(RegionKind kind, Path file, long bytes) throws IOException {
    if (bytes <= 0) {
      throw new IllegalArgumentException("a region has at least one byte, not " + bytes);
    }
    int id = nextId.getAndIncrement();
    Arena arena = Arena.ofShared();
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      return add(new Region(id, kind, arena, memory, () -> regions.remove(id)));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Registers memory that host code cannot touch.
   *
   * @param memory its owner's side; closed with the region
   */
  public Region device(DeviceMemory memory) {
    int id = nextId.getAndIncrement();
    return add(new Region(id, memory, Arena.ofShared(), () -> regions.remove(id)));
  }

  private Region add(Region region) {
    regions.put(region.id(), region);
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
