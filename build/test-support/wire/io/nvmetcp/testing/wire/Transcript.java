package io.nvmetcp.testing.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a reader makes of a stream, a line per PDU, so that a conversation can be
 * compared with a text block. Runs of data are joined: the same bytes give the same transcript,
 * however they were cut.
 */
public final class Transcript implements PduListener {
  /** Told of each PDU, once its line is written. */
  @FunctionalInterface
  interface Heard {
    void pdu(PduType type, byte[] header);
  }

  private final List<String> lines;
  private final String prefix;
  private final Heard heard;
  private final Crc32cDigest payloadCrc = JdkCrc32c.INSTANCE.newDigest();
  private final PduReader reader;
  private PduPrinter.Queue queue = PduPrinter.Queue.IO;
  private @Nullable ConnectionFault fault;
  private int payloadSeen;
  private int payloadBytes;
  private boolean withVerdicts;

  /**
   * @param limits what headers are judged against
   * @param agreed what is in force once an ICReq or ICResp was read
   */
  public Transcript(Limits limits, Negotiated agreed) {
    lines = new ArrayList<>();
    prefix = "";
    reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, this);
    heard =
        (type, header) -> {
          if (type == PduType.IC_REQ || type == PduType.IC_RESP) {
            reader.limits(reader.limits().with(agreed));
          }
        };
  }

  /** One side of a {@link Wiretap}, which says what was agreed. */
  Transcript(Limits limits, List<String> lines, String prefix, Heard heard) {
    this.lines = lines;
    this.prefix = prefix;
    this.heard = heard;
    reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.DEVICE, limits, this);
  }

  /** Names the commands from here on; an I/O queue's at first. */
  void queue(PduPrinter.Queue next) {
    queue = next;
  }

  /** A transcript from the first byte of a connection on. */
  public static Transcript from(Role receiver, IcRequest request, IcResponse response) {
    return new Transcript(
        Limits.initial(receiver, 8192, 1 << 20), Negotiated.of(request, response));
  }

  /** A transcript of a connection that is initialized already. */
  public static Transcript of(Role receiver, Negotiated agreed) {
    return new Transcript(Limits.initial(receiver, 8192, 1 << 20).with(agreed), agreed);
  }

  /** Also notes who judged each data digest: needed where a device's word is part of the test. */
  public Transcript withVerdicts() {
    withVerdicts = true;
    return this;
  }

  /** Reads all of {@code bytes}. */
  public Transcript read(byte[] bytes) {
    return read(bytes, 0, bytes.length);
  }

  /** Reads a part of {@code bytes}. */
  public Transcript read(byte[] bytes, int offset, int length) {
    reader.accept(MemorySegment.ofArray(bytes), offset, length);
    return this;
  }

  /** The reader that feeds this transcript. */
  public PduReader reader() {
    return reader;
  }

  /** The fault, if one was found. */
  public @Nullable ConnectionFault fault() {
    return fault;
  }

  /** The lines so far. */
  public String text() {
    return String.join("\n", lines);
  }

  /** The number of lines so far. */
  public int size() {
    return lines.size();
  }

  /** Compares with a text block; a final line break does not matter. */
  public void isEqualTo(String expected) {
    assertThat(text()).isEqualTo(expected.stripTrailing());
  }

  @Override
  public void onPdu(PduType type, byte[] header, int dataBytes) {
    String line = prefix + PduPrinter.line(header, type.headerBytes(), queue);
    lines.add(dataBytes > 0 ? line + " data=" + dataBytes : line);
    payloadCrc.reset();
    payloadSeen = 0;
    payloadBytes = dataBytes;
    heard.pdu(type, header);
  }

  @Override
  public void onPayload(
      MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
    assertThat(length).isPositive();
    assertThat(payloadOffset).isEqualTo(payloadSeen);
    payloadCrc.update(bytes, offset, length);
    payloadSeen += length;
  }

  @Override
  public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int receivedDigest) {
    assertThat(payloadSeen).isEqualTo(payloadBytes);
    int crc = payloadCrc.value();
    if (digest.needsSoftwareCheck()) {
      digest.softwareResult(crc == receivedDigest);
    }
    String verdict = withVerdicts ? " " + digest.verdict() : "";
    if (digest.verdict() == DigestVerdict.MISMATCH) {
      verdict = " MISMATCH(%08x)".formatted(receivedDigest);
    }
    lines.add("%s  crc=%08x%s".formatted(prefix, crc, verdict));
  }

  @Override
  public void onFault(ConnectionFault found) {
    assertThat(fault).as("one fault only").isNull();
    fault = found;
    FatalStatus fes = found.status();
    lines.add(
        prefix
            + (fes == null
                ? "hang up: " + found.reason()
                : "fault fes=%d fei=%d: %s"
                    .formatted(fes.code(), found.information(), found.reason())));
  }
}
