package io.nvmetcp.initiator;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.connect.CommandLimits;
import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import org.jspecify.annotations.Nullable;

/**
 * What namespaces ask of their controller: commands sent as they are, whose futures complete on the
 * caller's context, or on a queue's for a caller without one. For any thread.
 */
interface IoPort {

  /**
   * Reads, writes or compares blocks, with no object but the command and the caller's promise.
   *
   * @param cdw12 what else stands in dword 12, beside the number of blocks
   */
  Future<Void> transfer(int opcode, long nsid, long lba, int blocks, int cdw12, BufferSlice buffer);

  /** As the other, for a buffer in pieces. */
  Future<Void> transfer(int opcode, long nsid, long lba, int blocks, int cdw12, ScatterList buffer);

  /**
   * Sends any I/O command.
   *
   * @param sqe the entry, but for identifier and data descriptor; not changed any more
   * @param buffer leased until the future completes; null if the opcode says that there is no data
   * @return dwords 0 and 1 of the completion
   */
  Future<Long> submit(byte[] sqe, @Nullable BufferSlice buffer);

  /**
   * Sends a Compare and a Write that are carried out as one, or not.
   *
   * @param compare its entry, but for what the queue writes; not used by the caller any more
   * @param expected leased until the future completes
   * @param write its entry, likewise
   * @param data leased until the future completes
   */
  Future<Void> compareAndWrite(
      byte[] compare, BufferSlice expected, byte[] write, BufferSlice data);

  /** The caller's context; one of the controller's own for a caller without one. */
  ContextInternal home();

  /** Stands for the connections of the moment: another object once they have been made anew. */
  Object connections();

  /** What the controller supports, and how large. */
  CommandLimits limits();

  /** Most bytes of one command that transfers data. */
  long maxTransferBytes();

  /** Most pieces that one command's buffer should have. */
  int maxSegments();

  /** Registered memory to copy through. */
  CopyPool copyPool();
}
