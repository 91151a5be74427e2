package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import java.lang.foreign.MemorySegment;

/**
 * The memory of an application: a place for each operation that it has under way, with guards
 * around it. What is not in use holds a pattern.
 */
final class Buffers {
  static final int GUARD_BYTES = 64;
  private static final int COMPARE_BYTES = 4096;

  private final Region region;
  private final MemorySegment memory;
  private final int mostBytes;
  private final int slotBytes;

  Buffers(RegionRegistry registry, Load load) {
    mostBytes = load.mostBytes();
    slotBytes = slotBytes(load);
    region = registry.register(bytes(load));
    memory = region.segment();
    for (int i = 0; i < load.depth(); i++) {
      Content.rest(memory, (long) i * slotBytes, slotBytes);
    }
  }

  private static int slotBytes(Load load) {
    return load.mostBytes() + COMPARE_BYTES + 2 * GUARD_BYTES;
  }

  /** Bytes that it registers. */
  static long bytes(Load load) {
    return (long) slotBytes(load) * load.depth();
  }

  /** A part of an operation's place. */
  BufferSlice slice(HostCommand command, int from, int bytes) {
    return new BufferSlice(region, at(command) + from, bytes);
  }

  /** Where a Compare-and-Write has what it compares with. */
  BufferSlice comparison(HostCommand command) {
    return new BufferSlice(region, at(command) + mostBytes, command.blockBytes);
  }

  /** An operation's place. */
  long at(HostCommand command) {
    return (long) command.slot() * slotBytes + GUARD_BYTES;
  }

  /** The region that all places lie in. */
  Region region() {
    return region;
  }

  /** Fills an operation's place with what it writes, or compares with. */
  void fill(HostCommand command) {
    long at = at(command);
    for (int i = 0; i < command.blocks; i++) {
      Content.fill(memory, at, command.blockBytes, command.version + i);
      at += command.blockBytes;
    }
  }

  /** The version of a block that was read, see {@link Content#version}. */
  long version(HostCommand command, int index) {
    long at = at(command) + (long) index * command.blockBytes;
    return Content.version(memory, at, command.blockBytes);
  }

  /** What was in use rests from now on. */
  void rest(HostCommand command) {
    long at = at(command);
    Content.rest(memory, at, command.usedBytes);
    if (command.usedCompare) {
      Content.rest(memory, at + mostBytes, command.blockBytes);
    }
  }

  /** Nobody has written to what an operation used last, or beside that, since it rests. */
  void checkRest(HostCommand command) {
    checkRest(command, command.usedBytes, command.usedCompare);
  }

  private void checkRest(HostCommand command, int bytes, boolean compare) {
    long at = at(command);
    boolean rests =
        Content.rests(memory, at - GUARD_BYTES, GUARD_BYTES + bytes + GUARD_BYTES)
            && (!compare || Content.rests(memory, at + mostBytes, command.blockBytes));
    if (!rests) {
      throw new Violation(
          Rule.BUFFER,
          "a buffer was written to beyond its bounds, or while nobody used it: slot "
              + command.slot());
    }
  }

  /** Gives the memory back, none of which is in use. */
  void close(HostCommand[] commands) {
    for (HostCommand command : commands) {
      checkRest(command, mostBytes, false);
    }
    region.close();
  }
}
