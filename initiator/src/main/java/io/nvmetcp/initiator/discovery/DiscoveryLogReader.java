package io.nvmetcp.initiator.discovery;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.Arrays;
import java.util.List;

/**
 * Reads a discovery log in pieces: the header, the records, and the header again; if the generation
 * counter has moved meanwhile, from the start (Base specification 5.16.1.23). A machine without
 * clock or socket: it says what to read next, and is told what came.
 */
public final class DiscoveryLogReader {

  /** What is to be done next. */
  public sealed interface Step {
    /**
     * Submit this Get Log Page.
     *
     * @param sqe the entry; identifier and data descriptor are the queue's
     * @param bytes room for what comes
     */
    record Read(byte[] sqe, int bytes) implements Step {}

    /**
     * The log was read.
     *
     * @param generation its generation counter
     * @param entries its records of TCP
     */
    record Done(long generation, List<DiscoveryEntry> entries) implements Step {
      /** Copies the entries. */
      public Done {
        entries = List.copyOf(entries);
      }
    }

    /**
     * The log cannot be read.
     *
     * @param reason one sentence
     */
    record Failed(String reason) implements Step {}
  }

  /** More records than this are not believed. */
  public static final int MAX_ENTRIES = 1024;

  private enum State {
    AWAIT_HEADER,
    AWAIT_RECORDS,
    AWAIT_CONFIRMATION,
    ENDED
  }

  private static final int MAX_ROUNDS = 8;
  private static final int MAX_PORT = 65535;
  private static final int TREQ_SECURE_CHANNEL = 0x3;
  private static final List<DiscoveryEntry.SecureChannel> SECURE_CHANNELS =
      List.of(DiscoveryEntry.SecureChannel.values());
  private static final int TREQ_FLOW_CONTROL_OPTIONAL = 1 << 2;

  private final int pieceBytes;
  private State state = State.AWAIT_HEADER;
  private int round;
  private byte[] page = new byte[0];
  private int filled;
  // Of records, that is; the header is read again before it counts.
  private int refusal;

  /**
   * @param maxBytes most data of one command; at least one record
   */
  public DiscoveryLogReader(int maxBytes) {
    if (maxBytes < DiscoveryLog.RECORD_BYTES) {
      throw new IllegalArgumentException("a record has 1024 bytes, more than " + maxBytes);
    }
    pieceBytes = maxBytes - maxBytes % DiscoveryLog.RECORD_BYTES;
  }

  /** The first thing to do. */
  public Step start() {
    return header(State.AWAIT_HEADER);
  }

  /**
   * A read ended with an answer.
   *
   * @param status its status
   * @param data what came, if it succeeded
   */
  public Step completed(int status, byte[] data) {
    if (!Status.isSuccess(status)) {
      return refused(status);
    }
    return switch (state) {
      case AWAIT_HEADER -> begin(data);
      case AWAIT_RECORDS -> {
        System.arraycopy(data, 0, page, filled, data.length);
        filled += data.length;
        yield records();
      }
      case AWAIT_CONFIRMATION -> confirm(data);
      case ENDED -> throw new IllegalStateException("the log was read");
    };
  }

  // A log that has become shorter has no records there any more, and a read beyond its end is
  // refused (Base specification 5.16): then its header says that it has changed.
  private Step refused(int status) {
    if (state == State.AWAIT_RECORDS) {
      refusal = status;
      return header(State.AWAIT_CONFIRMATION);
    }
    return cannotBeRead(status);
  }

  private Step cannotBeRead(int status) {
    return failed("cannot be read: " + Status.describe(status));
  }

  private Step begin(byte[] header) {
    refusal = Status.SUCCESS;
    int format = LittleEndian.u16(header, DiscoveryLog.RECFMT);
    if (format != 0) {
      return failed("has record format " + format + ", which is unknown");
    }
    long announced = DiscoveryLog.records(header);
    if (announced < 0 || announced > MAX_ENTRIES) {
      return failed(
          "announces %s records, more than %d"
              .formatted(Long.toUnsignedString(announced), MAX_ENTRIES));
    }
    page = Arrays.copyOf(header, DiscoveryLog.RECORD_BYTES * (1 + (int) announced));
    filled = DiscoveryLog.RECORD_BYTES;
    return records();
  }

  private Step records() {
    if (filled == page.length) {
      return header(State.AWAIT_CONFIRMATION);
    }
    state = State.AWAIT_RECORDS;
    return read(filled, Math.min(page.length - filled, pieceBytes));
  }

  private Step confirm(byte[] header) {
    if (DiscoveryLog.generation(header) == DiscoveryLog.generation(page)) {
      if (refusal != Status.SUCCESS) {
        return cannotBeRead(refusal);
      }
      state = State.ENDED;
      return new Step.Done(
          DiscoveryLog.generation(page),
          DiscoveryLog.decode(page).entries().stream().map(DiscoveryLogReader::entry).toList());
    }
    return ++round < MAX_ROUNDS
        ? begin(header)
        : failed("changed while it was read, " + MAX_ROUNDS + " times");
  }

  private Step failed(String reason) {
    state = State.ENDED;
    return new Step.Failed("the discovery log " + reason);
  }

  private Step header(State next) {
    state = next;
    return read(0, DiscoveryLog.RECORD_BYTES);
  }

  private static Step read(long offset, int bytes) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, 0, 0);
    long dwords = bytes / Integer.BYTES - 1L;
    Sqe.cdw(sqe, 0, 10, LogPageId.DISCOVERY | (dwords & 0xFFFF) << 16);
    Sqe.cdw(sqe, 0, 11, dwords >>> 16);
    Sqe.cdw(sqe, 0, 12, offset);
    return new Step.Read(sqe, bytes);
  }

  private static DiscoveryEntry entry(DiscoveryLog.Entry entry) {
    DiscoveryEntry.Kind kind =
        switch (entry.subtype()) {
          case DiscoveryLog.SUBTYPE_REFERRAL -> DiscoveryEntry.Kind.REFERRAL;
          case DiscoveryLog.SUBTYPE_NVM -> DiscoveryEntry.Kind.SUBSYSTEM;
          case DiscoveryLog.SUBTYPE_CURRENT_DISCOVERY -> DiscoveryEntry.Kind.CURRENT_DISCOVERY;
          default -> DiscoveryEntry.Kind.OTHER;
        };
    return new DiscoveryEntry(
        kind,
        entry.subnqn(),
        entry.traddr(),
        port(entry.trsvcid()),
        entry.portId(),
        entry.cntlid(),
        entry.adminQueueEntries(),
        entry.adrfam() == DiscoveryLog.ADRFAM_IPV6,
        SECURE_CHANNELS.get(entry.treq() & TREQ_SECURE_CHANNEL),
        (entry.treq() & TREQ_FLOW_CONTROL_OPTIONAL) != 0);
  }

  private static int port(String service) {
    try {
      int port = Integer.parseInt(service);
      return port > 0 && port <= MAX_PORT ? port : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
