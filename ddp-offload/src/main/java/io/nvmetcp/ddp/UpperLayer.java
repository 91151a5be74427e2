package io.nvmetcp.ddp;

import java.lang.foreign.MemorySegment;

/** What a device tells the protocol above it, on the queue's thread unless it says otherwise. */
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

  /**
   * The device lost its place and has a guess: does a PDU header start at this position of the
   * stream? The answer is {@link DdpQueue#headerAt} with the first header at or after it, or none
   * at all, and the device places nothing until then. A new question replaces the last one. Comes
   * from within a call of the queue; {@link ResyncAnswers} does the rest.
   *
   * @param position bytes handed up before it since the queue was added; may be in the past
   */
  default void headerAsked(long position) {}

  /**
   * How far the stream that was handed up so far is from a place between two PDUs: 0 if it ends
   * there, else bytes that surely do not go beyond the next such place; negative if the upper layer
   * does not say. A device that knows it can let a stream pass unread while nothing is mapped, and
   * find its place again for the next mapping. Not asked within {@link #run}.
   */
  default int toBoundary() {
    return -1;
  }

  /**
   * The device goes out of service: mappings end as ever, by teardown, but no more is placed. The
   * upper layer deletes the queue when it can, and goes on without. Comes <b>on any thread</b>.
   */
  default void deviceDown() {}

  /** The device is back and the queue may be added again. Comes <b>on any thread</b>. */
  default void deviceUp() {}
}
