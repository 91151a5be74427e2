package io.nvmetcp.pdu.frame;

import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.PduType;
import java.lang.foreign.MemorySegment;

/**
 * Receives the events of a {@link PduReader}, on the thread that feeds it, in stream order. A PDU
 * without data is one {@link #onPdu}; a PDU with data is {@code onPdu}, one or more {@code
 * onPayload}, {@link #onPayloadEnd}. After {@link #onFault} nothing follows.
 *
 * <p>A listener that finds a fault of its own (a range that does not fit its command, say) calls
 * {@link PduReader#fail}; the reader then stops before the next event.
 */
public interface PduListener {

  /**
   * A header that was judged and whose header digest is right.
   *
   * @param type the PDU's type
   * @param header the header from its first byte, its digest behind it if it has one; borrowed for
   *     the call. A terminate request stands in it whole, {@code PLEN} bytes
   * @param payloadBytes data bytes that follow; 0 if none
   */
  void onPdu(PduType type, byte[] header, int payloadBytes);

  /**
   * A run of the current PDU's data.
   *
   * @param bytes where the run lies; borrowed for the call. If {@code placed} is true the run
   *     already lies at its destination and {@code bytes} is that destination
   * @param offset where in {@code bytes} the run starts
   * @param length length of the run, at least 1
   * @param payloadOffset where in the PDU's data the run belongs
   * @param placed a device put the run where its command wants it
   */
  void onPayload(MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed);

  /**
   * The end of a PDU that carries data, after its data digest if there is one.
   *
   * @param type the PDU's type
   * @param header the header as in {@link #onPdu}; borrowed for the call
   * @param digest the ledger of this PDU. If it needs a software check, the listener computes the
   *     CRC32C of the whole data, compares it with {@code receivedDigest} and reports the result to
   *     the ledger
   * @param receivedDigest the data digest as received; 0 if none is negotiated
   */
  void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest);

  /** The stream broke a rule. The reader is stuck from here on and ignores what follows. */
  void onFault(ConnectionFault fault);
}
