package io.nvmetcp.ddp;

import java.lang.foreign.MemorySegment;

/** What a device tells the protocol above it, on the queue's thread. */
public interface UpperLayer {

  /**
   * The next run of the stream, in order, nothing left out.
   *
   * @param bytes where the run lies; borrowed for the call
   * @param offset where in {@code bytes} it starts
   * @param length its length
   * @param placed the run is payload and {@code bytes} is its destination
   * @param crcOk the device vouches for the data digest of every PDU in the run, as far as seen
   */
  void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk);

  /** The mapping of {@code tag} is gone: the device never touches that buffer again. */
  void teardownDone(int tag);
}
