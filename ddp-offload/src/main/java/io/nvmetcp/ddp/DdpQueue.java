package io.nvmetcp.ddp;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounters;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The receive side of one connection, as a device sees it. Confined to the queue's thread.
 *
 * <p>The transport asks {@link #nextWindow()} where the next bytes go, reads, and reports with
 * {@link #received} how many came, or with {@link #windowReturned} that none will. Bytes that came
 * some other way enter by {@link #stream}. The device answers with runs to its {@link UpperLayer}.
 */
public interface DdpQueue {

  /** False if the device refused this queue: bytes pass, nothing is placed. */
  boolean offloaded();

  /**
   * Maps a buffer, before the command that fills it is sent.
   *
   * @param tag the command identifier, 16 bits; its low bits select an entry, the rest is its
   *     generation
   * @param region holds the buffer; held by the mapping until its teardown is done
   * @param offset where the buffer starts in the region
   * @param length bytes expected
   */
  SetupResult setup(int tag, Region region, long offset, int length);

  /**
   * As {@link #setup(int, Region, long, int)}, for a buffer in several pieces; every region of it
   * is held by the mapping.
   */
  default SetupResult setup(int tag, ScatterList buffer) {
    return SetupResult.TOO_LARGE;
  }

  /**
   * The answer to {@link UpperLayer#headerAsked}: the first PDU header at or after the position
   * asked for starts here. A device that never asks ignores it, and so does one that has asked
   * something else since.
   */
  default void headerAt(long position) {}

  /**
   * The device's own unit for the data digest of the next PDU that leaves with data, or null if the
   * device computes none at present: then the upper layer does. To be asked before each such PDU
   * and used for it alone, so that {@link Capability#DIGEST_TX} may change in between.
   */
  default @Nullable Crc32cDigest transmitDigest() {
    return null;
  }

  /**
   * Asks for the end of a mapping; {@link UpperLayer#teardownDone} follows, never within this call.
   * Does nothing if the device has started the teardown itself (eager mode).
   */
  void teardown(int tag);

  /**
   * Where the next bytes of the stream go. The window belongs to the transport until {@link
   * #received} or {@link #windowReturned}; one is out at a time.
   *
   * @throws IllegalStateException if one is out, or the queue is deleted
   */
  ReadWindow nextWindow();

  /**
   * Bytes that the transport may wait for before it reads again, because there is nothing to do
   * with fewer: at least 1, and never more than what is still to come of the PDU under way. For
   * transports that pay for waking up; to be asked when a turn of reading is over.
   */
  default int wantedBytes() {
    return 1;
  }

  /**
   * True if of a payload that is read to its place so little is left that {@link #wantedBytes} does
   * not wait for it. The sender sent it with what is here, and a transport whose read came just
   * short of it does better to read once more than to end its turn; to be asked after such a read.
   */
  default boolean tailDue() {
    return false;
  }

  /**
   * {@code bytes} arrived at the start of the window that is out; at least 1, at most its length.
   * The window is back when this returns. After {@link #delete()} the bytes are dropped.
   */
  void received(int bytes);

  /** The transport is done with the window that is out and nothing arrived. */
  void windowReturned();

  /** Bytes of the stream that did not arrive in a window; at least 1; borrowed for the call. */
  void stream(MemorySegment bytes, long offset, int length);

  /**
   * Reports teardowns that are done by now; to be called once per turn.
   *
   * @return true if more are on their way and another call is needed
   */
  boolean poll();

  /** Mappings whose teardown is not done. */
  int liveMappings();

  /** The queue's counters, shared with the upper layer, which adds what it copied. */
  DdpCounters counters();

  /**
   * The connection is gone: tears all mappings down, reports those teardowns, and frees what the
   * device holds once no window is out. A second call does nothing.
   */
  void delete();

  /** True after {@link #delete()}: no window is to be had, nothing is handed up. */
  boolean deleted();
}
