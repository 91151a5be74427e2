package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.initiator.queue.QueueConfiguration;

/**
 * What a host may hold by its options, each bound as the initiator states it: memory that it
 * registers besides its application's, commands that wait for a slot or for a connection, bytes
 * that wait for a socket.
 */
final class HostBudget {
  // What a device's queue reads into that is not placed, at most: device socket has the largest.
  private static final long STAGING_BYTES = 132 << 10;
  // A device's queue is added while that before it may still have a window out.
  private static final int SEATS = 2;
  // A command's part of memory to copy through, at most.
  private static final long COPY_SLOT_BYTES = 128 << 10;
  // That of a controller which has ended stays until the last command has given its part back.
  private static final int CONTROLLERS = 2;
  // Of a capsule, or of a data PDU: its header, padding up to the alignment, two digests.
  private static final long HEADERS_BYTES = 72 + 128 + 2 * 4;
  private static final long IN_CAPSULE_BYTES = Attempt.CONNECT_CAPSULE_BYTES;
  // The least that a controller which keeps to the protocol asks for at a time, or takes in a PDU.
  private static final long PIECE_BYTES = 512;
  // ICReq and a terminate request.
  private static final long HANDSHAKE_BYTES = 512;

  private HostBudget() {}

  /**
   * Bytes that a host registers at most. It has one association at a time, or an attempt to make
   * one.
   *
   * @param applicationBytes what its application registers
   */
  static long registeredBytes(HostOptions options, long applicationBytes) {
    long connections = options.ioQueues() + 1L;
    long desks = Attempt.ADMIN_DATA_SLOTS + (long) options.ioQueues();
    return applicationBytes
        + SEATS * STAGING_BYTES * connections
        + desks * AdminDesk.SLOT_BYTES
        + CONTROLLERS * Math.max(options.copyMemoryBytes(), COPY_SLOT_BYTES);
  }

  /**
   * A controller's memory to copy through, and those that wait for it.
   *
   * @param slotBytes a command's part of it; one there is, however little memory there may be
   */
  static void checkCopies(HostOptions options, int slotBytes, long registeredBytes, int waiting) {
    long mostBytes = Math.max(options.copyMemoryBytes(), slotBytes);
    check("bytes are registered to copy through", registeredBytes, mostBytes);
    check("commands wait for memory to copy through", waiting, options.waitingCommands());
  }

  /** Commands that may wait for a connection: those that can be on all queues, waiting or out. */
  static int parkedCommands(HostOptions options) {
    return options.ioQueues() * (options.waitingCommands() + options.entries());
  }

  /**
   * No more commands wait for a slot than may. Those that were counted when they came first, and go
   * on here from a connection that ended, come on top.
   */
  static void checkWaiting(HostOptions options, int fresh, int all) {
    check("commands wait for a slot", fresh, options.waitingCommands());
    check("commands wait for a slot", all, options.waitingCommands() + parkedCommands(options));
  }

  /** No more commands wait for a connection than may. */
  static void checkParked(HostOptions options, int parked) {
    check("commands wait for a connection", parked, parkedCommands(options));
  }

  /**
   * Bytes that may wait for a socket: twice as many capsules as the queue has entries, and the data
   * of all commands that can be out.
   */
  static long outputBytes(HostOptions options, QueueConfiguration queue) {
    long entries = queue.entries();
    long pieces = queue.maxReadBytes() / PIECE_BYTES + 2 + options.maxR2t();
    return HANDSHAKE_BYTES
        + 2 * entries * (HEADERS_BYTES + IN_CAPSULE_BYTES)
        + entries * (queue.maxReadBytes() + pieces * HEADERS_BYTES);
  }

  /** Throws if there are more than there may be. */
  static void check(String what, long there, long most) {
    if (there > most) {
      throw new Violation(
          Rule.MEMORY, "%,d %s where there may be %,d".formatted(there, what, most));
    }
  }
}
