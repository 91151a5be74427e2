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
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;

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
  private int nextOffset;

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

  @Override
  public void onPdu(PduType type, byte[] header, int payloadBytes) {
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
    if (payloadOffset != nextOffset || length < 1) {
      throw new AssertionError("run %d+%d after %d".formatted(payloadOffset, length, nextOffset));
    }
    nextOffset += length;
    payloadCrc.update(bytes, offset, length);
    tape.writeBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
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
  public void onFault(ConnectionFault fault) {
    FatalStatus status = fault.status();
    tape.write(0xFF);
    tape.write(status == null ? 0 : status.code());
    put((int) fault.information());
    tape.writeBytes(fault.header());
  }

  private void put(int value) {
    LittleEndian.put32(word, 0, value);
    tape.write(word, 0, 4);
  }
}
