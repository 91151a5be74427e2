package io.nvmetcp.pdu.testkit;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.nvmetcp.testing.wire.Transcript;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records a reader's events as bytes: headers, joined data, digests, faults. Cheap, for tests that
 * compare a conversation with itself a hundred thousand times; {@link Transcript} is for people.
 */
public final class EventTape implements PduListener {
  private final ByteArrayOutputStream tape = new ByteArrayOutputStream();
  private final Map<DigestVerdict, Integer> verdicts = new EnumMap<>(DigestVerdict.class);
  private final Crc32cDigest payloadCrc = JdkCrc32c.INSTANCE.newDigest();
  private final byte[] word = new byte[4];
  private final Negotiated agreed;
  private final PduReader reader;
  private final Map<PduType, Integer> pdus = new EnumMap<>(PduType.class);
  private @Nullable ConnectionFault fault;
  private int nextOffset;
  private int payloadLeft;
  private boolean inData;

  /**
   * @param limits what headers are judged against
   * @param agreed what is in force once an ICReq or ICResp was read
   */
  public EventTape(Limits limits, Negotiated agreed) {
    this.agreed = agreed;
    reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, this);
  }

  /** The reader that records here. */
  public PduReader reader() {
    return reader;
  }

  /** The tape so far. */
  public byte[] toByteArray() {
    return tape.toByteArray();
  }

  /** Who judged how many data digests. */
  public Map<DigestVerdict, Integer> verdicts() {
    return verdicts;
  }

  /** How many PDUs of which type came. */
  public Map<PduType, Integer> pdus() {
    return pdus;
  }

  /** The fault, or null. */
  public @Nullable ConnectionFault fault() {
    return fault;
  }

  // The grammar that PduListener promises.
  private void expect(boolean holds, String rule) {
    if (fault != null) {
      throw new AssertionError("an event after " + fault.describe());
    }
    if (!holds) {
      throw new AssertionError(rule);
    }
  }

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
    expect(!inData, "a PDU begins amid the data of another");
    expect(payloadBytes == 0 || type.mayCarryData(), type + " carries data");
    expect(type.sender() != reader.limits().receiver(), type + " in the wrong direction");
    inData = payloadBytes > 0;
    payloadLeft = payloadBytes;
    pdus.merge(type, 1, Integer::sum);
    boolean term = type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ;
    tape.write(type.code());
    tape.write(header, 0, term ? (int) PduFields.plen(header) : type.headerBytes());
    put(payloadBytes);
    payloadCrc.reset();
    nextOffset = 0;
    if (type == PduType.IC_REQ || type == PduType.IC_RESP) {
      reader.limits(reader.limits().with(agreed));
    }
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    expect(inData && length >= 1 && length <= payloadLeft, "a run that no data is left for");
    expect(payloadOffset == nextOffset, "a run out of order");
    payloadLeft -= length;
    nextOffset += length;
    payloadCrc.update(bytes, offset, length);
    tape.writeBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    expect(inData && payloadLeft == 0, "an end before the end");
    inData = false;
    tape.write(0xE0 + type.code());
    put(receivedDigest);
    put(nextOffset);
    if (digest.needsSoftwareCheck()) {
      digest.softwareResult(payloadCrc.value() == receivedDigest);
    }
    tape.write(digest.verdict() == DigestVerdict.MISMATCH ? 1 : 0);
    verdicts.merge(digest.verdict(), 1, Integer::sum);
  }

  @Override
  public void onFault(ConnectionFault found) {
    expect(found.header().length <= PduFields.TERM_DATA_BYTES, "too long a header is reported");
    fault = found;
    FatalStatus status = found.status();
    tape.write(0xFF);
    tape.write(status == null ? 0 : status.code());
    put((int) found.information());
    tape.writeBytes(found.header());
  }

  private void put(int value) {
    LittleEndian.put32(word, 0, value);
    tape.write(word, 0, 4);
  }
}
