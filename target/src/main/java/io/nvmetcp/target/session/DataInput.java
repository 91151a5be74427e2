package io.nvmetcp.target.session;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.TransferBuffer;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Takes the data of the PDU in hand into its command's buffer, and judges its digest. Data that no
 * command wants is consumed all the same. Confined to the session's thread.
 */
final class DataInput {
  private final Crc32cDigest crc;
  private final SessionCounters counters;
  private @Nullable CommandSlot slot;
  private boolean digest;
  private int wantedFrom;
  private int wantedTo;
  private int bufferOffset;

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
    if (digested) {
      crc.reset();
    }
  }

  void run(MemorySegment bytes, long offset, int length, int payloadOffset) {
    if (digest) {
      crc.update(bytes, offset, length);
    }
    CommandSlot command = slot;
    TransferBuffer buffer = command == null ? null : command.buffer();
    int from = Math.max(payloadOffset, wantedFrom);
    int to = Math.min(payloadOffset + length, wantedTo);
    if (buffer != null && from < to) {
      MemorySegment.copy(
          bytes,
          offset + (from - payloadOffset),
          buffer.memory(),
          (long) bufferOffset + (from - wantedFrom),
          to - from);
    }
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
