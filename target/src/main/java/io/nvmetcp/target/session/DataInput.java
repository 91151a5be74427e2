package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryPieces;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Takes the data of the PDU in hand into its command's buffer, and judges its digest. Data that no
 * command wants is consumed all the same. Confined to the session's thread.
 */
final class DataInput {
  /** Data that comes next is read to its place if it is at least so much: a read costs more. */
  static final int PLACED_BYTES = 16 * 1024;

  private final Crc32cDigest crc;
  private final SessionCounters counters;
  private @Nullable CommandSlot slot;
  private boolean digest;
  private int wantedFrom;
  private int wantedTo;
  private int bufferOffset;
  private int done;
  private long takenBytes;
  private MemorySegment placeMemory = MemorySegment.NULL;
  private long placeOffset;

  DataInput(Crc32cEngine engine, SessionCounters counters) {
    crc = engine.newDigest();
    this.counters = counters;
  }

  /**
   * The next PDU's data belongs to {@code command}.
   *
   * @param digested the PDU carries a data digest
   * @param from where in the PDU's data the wanted bytes start
   * @param to where they end
   * @param at where in the command's buffer they go
   */
  void begin(CommandSlot command, boolean digested, int from, int to, int at) {
    slot = command;
    digest = digested;
    wantedFrom = from;
    wantedTo = to;
    bufferOffset = at;
    done = 0;
    if (digested) {
      crc.reset();
    }
  }

  void run(MemorySegment bytes, long offset, int length, int payloadOffset) {
    if (digest) {
      crc.update(bytes, offset, length);
    }
    done = payloadOffset + length;
    takenBytes += length;
    CommandSlot command = slot;
    int from = Math.max(payloadOffset, wantedFrom);
    int to = Math.min(done, wantedTo);
    if (command != null && from < to && command.received().count() > 0) {
      int at = bufferOffset + (from - wantedFrom);
      long source = offset + (from - payloadOffset);
      int placed = command.received().fill(at, bytes, source, to - from);
      if (placed > 0) {
        counters.add(Counter.PLACED_BYTES, placed);
      }
    }
  }

  /**
   * Looks for the place of the data that comes next, which {@link #placeMemory} and {@link
   * #placeOffset} then tell.
   *
   * @param left bytes of data of the PDU in hand that are still to come; 0 outside data
   * @return how much data goes there in one piece, or 0 if it is too little
   */
  int findPlace(int left) {
    CommandSlot command = slot;
    int wanted = wantedTo - done;
    if (command == null || left < wanted || wanted < PLACED_BYTES || done < wantedFrom) {
      return 0;
    }
    MemoryPieces to = command.received();
    if (to.count() == 0) {
      return 0;
    }
    int position = bufferOffset + (done - wantedFrom);
    int piece = to.pieceAt(position);
    int inPiece = position - to.startOf(piece);
    placeMemory = to.segment(piece);
    placeOffset = to.offset(piece) + inPiece;
    int length = Math.min(wanted, to.length(piece) - inPiece);
    return length < PLACED_BYTES ? 0 : length;
  }

  /** Where {@link #findPlace} found a place; good until the session is called again. */
  MemorySegment placeMemory() {
    return placeMemory;
  }

  long placeOffset() {
    return placeOffset;
  }

  /** What has come of the data of the PDU in hand. */
  int takenOfPdu() {
    return done;
  }

  /** All data that has come so far. */
  long takenBytes() {
    return takenBytes;
  }

  /** The PDU is complete: its command, marked as failed if the digest is wrong. */
  CommandSlot end(DigestLedger ledger, int receivedDigest) {
    CommandSlot command = slot;
    if (command == null) {
      throw new IllegalStateException("data of no command");
    }
    slot = null;
    if (ledger.needsSoftwareCheck()) {
      boolean match = crc.value() == receivedDigest;
      ledger.softwareResult(match);
      counters.count(Counter.DATA_DIGESTS);
      if (!match) {
        // The rest of the command's data is still consumed; the medium stays as it is.
        counters.count(Counter.DIGEST_ERRORS);
        command.fail(Status.TRANSIENT_TRANSPORT_ERROR);
      }
    }
    return command;
  }
}
