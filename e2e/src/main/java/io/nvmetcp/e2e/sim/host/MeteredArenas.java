package io.nvmetcp.e2e.sim.host;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Memory for a host's regions, counted: it is refused where there is more than there may be. */
final class MeteredArenas implements Supplier<Arena> {
  private final long mostBytes;
  private long bytes;

  /**
   * @param mostBytes what may be out at a time
   */
  MeteredArenas(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Bytes that are out. */
  long bytes() {
    return bytes;
  }

  @Override
  public Arena get() {
    return new Metered(Arena.ofConfined());
  }

  private final class Metered implements Arena {
    private final Arena arena;
    private long mine;

    Metered(Arena arena) {
      this.arena = arena;
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
      HostBudget.check("bytes are registered by a host", bytes + byteSize, mostBytes);
      MemorySegment memory = arena.allocate(byteSize, byteAlignment);
      mine += byteSize;
      bytes += byteSize;
      return memory;
    }

    @Override
    public MemorySegment.Scope scope() {
      return arena.scope();
    }

    @Override
    public void close() {
      arena.close();
      bytes -= mine;
      mine = 0;
    }
  }
}
