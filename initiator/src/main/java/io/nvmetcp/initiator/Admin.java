package io.nvmetcp.initiator;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.AnaLog;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.ErrorLogEntry;
import io.nvmetcp.nvme.FeatureCommand;
import io.nvmetcp.nvme.FirmwareSlotLog;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Admin commands of a connected controller. Safe for use by many threads; every future completes on
 * the caller's context and fails with one of the cases of {@link NvmeException}, or with {@link
 * IllegalArgumentException} or {@link UnsupportedOperationException} before anything is sent.
 *
 * <p>Unlike I/O they do not wait for a controller that is being connected to again, and are not
 * sent a second time: what they change, or say, may be of the old association alone.
 *
 * <p>Structures of which there is no record are returned as they stand on the wire, for the
 * accessors of {@link io.nvmetcp.nvme}: {@link io.nvmetcp.nvme.IdentifyController}, {@link
 * io.nvmetcp.nvme.IdentifyNamespace}, {@link io.nvmetcp.nvme.CommandEffectsLog}.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="admin"}
 */
public final class Admin {

  /** What admin commands ask of their controller. */
  interface Port {
    /** Sends a command; {@code data} is sent, or room for what comes. */
    Future<AdminQueue.Answer> admin(byte[] sqe, byte[] data);

    /** Most data of a command. */
    int maxAdminBytes();

    /** Log page attributes (LPA). */
    int logPageAttributes();

    /** Optional commands (ONCS). */
    int oncs();

    /** What the controller asks to wait before a command that ended so is sent again. */
    Duration retryDelay(int status);
  }

  private static final int ANA_HEADER_BYTES = 16;
  private static final int ANA_GROUP_BYTES = 32;
  private static final int MAX_ANA_BYTES = 1 << 20;

  private final Port port;

  Admin(Port port) {
    this.port = port;
  }

  // ---- Identify

  /** Identify Controller, 4096 bytes. */
  public Future<byte[]> identifyController() {
    return identify(Cns.CONTROLLER, 0);
  }

  /** Identify Namespace, 4096 bytes; zeros if the namespace is not active. */
  public Future<byte[]> identifyNamespace(long namespaceId) {
    return identify(Cns.NAMESPACE, namespaceId);
  }

  /** An Identify structure of 4096 bytes; {@link Cns} has the names. */
  public Future<byte[]> identify(int cns, long namespaceId) {
    return identify(cns, namespaceId, 0, 0);
  }

  /**
   * An Identify structure of 4096 bytes.
   *
   * @param cns which structure, as {@link Cns} has them
   * @param namespaceId of the namespace, or what else the structure asks for
   * @param controllerId where the list begins, of those that list controllers
   * @param commandSet CSI, 0 is that of NVM
   */
  public Future<byte[]> identify(int cns, long namespaceId, int controllerId, int commandSet) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 0, namespaceId);
    Sqe.cdw(sqe, 0, 10, (cns & 0xFF) | (long) (controllerId & 0xFFFF) << 16);
    Sqe.cdw(sqe, 0, 11, (long) (commandSet & 0xFF) << 24);
    return send(sqe, new byte[Cns.DATA_BYTES]).map(AdminQueue.Answer::data);
  }

  // ---- log pages

  /** The SMART / Health Information log of the controller. */
  public Future<SmartLog> smartLog() {
    return logPage(new LogPage(LogPageId.SMART, SmartLog.BYTES)).map(SmartLog::decode);
  }

  /**
   * The Error Information log, newest entry first, without those that are unused.
   *
   * @param maxEntries how many entries are read, 1 to 256
   */
  public Future<List<ErrorLogEntry>> errorLog(int maxEntries) {
    if (maxEntries < 1 || maxEntries > 256) {
      return BlockIo.refused("error log entries: 1 to 256, not " + maxEntries);
    }
    return logPage(new LogPage(LogPageId.ERROR_INFORMATION, maxEntries * ErrorLogEntry.BYTES))
        .map(
            page -> {
              List<ErrorLogEntry> entries = new ArrayList<>();
              for (int at = 0; at < page.length; at += ErrorLogEntry.BYTES) {
                ErrorLogEntry entry = ErrorLogEntry.decode(page, at);
                if (entry.count() != 0) {
                  entries.add(entry);
                }
              }
              return List.copyOf(entries);
            });
  }

  /** The Firmware Slot Information log. */
  public Future<FirmwareSlotLog> firmwareSlotLog() {
    return logPage(new LogPage(LogPageId.FIRMWARE_SLOT, FirmwareSlotLog.BYTES))
        .map(FirmwareSlotLog::decode);
  }

  /**
   * The Asymmetric Namespace Access log.
   *
   * @param maxGroups how many groups there can be, NANAGRPID of Identify Controller
   * @param maxNamespaces how many namespaces there can be, MNAN or NN of it
   */
  public Future<AnaLog> anaLog(int maxGroups, int maxNamespaces) {
    long bytes =
        ANA_HEADER_BYTES
            + (long) maxGroups * ANA_GROUP_BYTES
            + (long) maxNamespaces * Integer.BYTES;
    if (maxGroups < 1 || maxNamespaces < 0 || bytes > MAX_ANA_BYTES) {
      return BlockIo.refused(
          "%d groups and %d namespaces need no ANA log of up to 1 MiB"
              .formatted(maxGroups, maxNamespaces));
    }
    return logPage(new LogPage(LogPageId.ANA, (int) bytes)).map(AnaLog::decode);
  }

  /**
   * A log page, or a part of one. What is longer than the controller transfers at once is read in
   * several parts; whether the page changed meanwhile, its own generation or change count must say.
   *
   * @return as many bytes as were asked for; what lies beyond the page's end is for the controller
   *     to choose, zeros as a rule
   */
  public Future<byte[]> logPage(LogPage page) {
    if (page.needsExtendedData()
        && (port.logPageAttributes() & ControllerBits.LPA_EXTENDED_DATA) == 0) {
      return BlockIo.unsupported(
          "the controller reads log pages from their start only, up to 16 KiB");
    }
    LogReading reading = new LogReading(page);
    reading.next();
    return reading.promise.future();
  }

  /** One log page on its way, part by part. */
  private final class LogReading {
    private final LogPage page;
    private final byte[] whole;
    private final Promise<byte[]> promise = Promise.promise();
    private int at;

    LogReading(LogPage page) {
      this.page = page;
      whole = new byte[page.lengthBytes()];
    }

    void next() {
      int bytes = Math.min(whole.length - at, port.maxAdminBytes() & ~3);
      // No answer is there at once, so this does not go deeper and deeper.
      send(page.command(at, bytes), new byte[bytes])
          .onFailure(promise::fail)
          .onSuccess(answer -> arrived(answer.data()));
    }

    private void arrived(byte[] part) {
      System.arraycopy(part, 0, whole, at, part.length);
      at += part.length;
      if (at == whole.length) {
        promise.complete(whole);
      } else {
        next();
      }
    }
  }

  // ---- features

  /** The current value of a feature; {@link io.nvmetcp.nvme.FeatureId} has the names. */
  public Future<FeatureValue> getFeature(int feature) {
    return getFeature(feature, FeatureCommand.CURRENT, 0, 0);
  }

  /**
   * A value of a feature.
   *
   * @param feature identifier
   * @param select which value: {@link FeatureCommand#CURRENT} and its neighbours
   * @param namespaceId the namespace, for a feature that each has for itself
   * @param dword11 what else the feature asks for; the Host Identifier's {@code EXHID} is set here
   */
  public Future<FeatureValue> getFeature(int feature, int select, long namespaceId, long dword11) {
    return getFeature(feature, select, namespaceId, dword11, FeatureValue.dataBytes(feature));
  }

  /**
   * As {@link #getFeature(int, int, long, long)}, of a feature whose data this library does not
   * know.
   *
   * @param dataBytes the exact length of the feature's data; 0 if it has none
   */
  public Future<FeatureValue> getFeature(
      int feature, int select, long namespaceId, long dword11, int dataBytes) {
    if (select != FeatureCommand.CURRENT && !saves()) {
      return BlockIo.unsupported("the controller tells no value of a feature but the current one");
    }
    if (dataBytes < 0 || dataBytes > port.maxAdminBytes()) {
      return BlockIo.refused("feature data of " + dataBytes + " bytes");
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_FEATURES, 0, namespaceId);
    Sqe.cdw(sqe, 0, 10, (feature & 0xFF) | (long) (select & 0x7) << 8);
    Sqe.cdw(sqe, 0, 11, FeatureValue.dword11(feature, dword11));
    // What a feature can do is told without its data (Base specification 5.15).
    int bytes = select == FeatureCommand.CAPABILITIES ? 0 : dataBytes;
    return send(sqe, new byte[bytes])
        .map(answer -> new FeatureValue((int) answer.result(), answer.data()));
  }

  /**
   * Sets a feature that is one dword.
   *
   * @return dword 0 of the completion
   */
  public Future<Integer> setFeature(int feature, int value) {
    return setFeature(feature, 0, Integer.toUnsignedLong(value), false, Buffer.buffer());
  }

  /**
   * Sets a feature.
   *
   * @param namespaceId the namespace, for a feature that each has for itself
   * @param dword11 its value, or what belongs to its data
   * @param save the value survives a reset
   * @param data its data; empty if it has none
   * @return dword 0 of the completion
   */
  public Future<Integer> setFeature(
      int feature, long namespaceId, long dword11, boolean save, Buffer data) {
    if (save && !saves()) {
      return BlockIo.unsupported("the controller saves no feature");
    }
    RawCommand command =
        new RawCommand(AdminOpcode.SET_FEATURES)
            .setNamespaceId(namespaceId)
            .setDword(10, (feature & 0xFF) | (save ? 1L << 31 : 0))
            .setDword(11, dword11)
            .setData(data);
    return passthrough(command).map(result -> (int) result.result());
  }

  private boolean saves() {
    return (port.oncs() & ControllerBits.ONCS_SAVE_SELECT) != 0;
  }

  // ---- anything

  /**
   * Sends a command as it is. Asynchronous Event Requests and commands of Fabrics are refused.
   *
   * @return fails with {@link NvmeException.CommandFailed} if the status is no success, or with
   *     {@link NvmeException.OutcomeUnknown} if it does not say what became of the command
   */
  public Future<RawResult> passthrough(RawCommand command) {
    String wrong = command.wrongForAdmin(port.maxAdminBytes());
    if (wrong != null) {
      return BlockIo.refused(wrong);
    }
    return send(command.entry(), command.bytes())
        .map(
            answer ->
                new RawResult(
                    answer.result(),
                    command.receives() ? Buffer.buffer(answer.data()) : Buffer.buffer()));
  }

  private Future<AdminQueue.Answer> send(byte[] sqe, byte[] data) {
    return port.admin(sqe, data)
        .compose(
            answer ->
                Status.isSuccess(answer.status())
                    ? Future.succeededFuture(answer)
                    : Future.failedFuture(failure(answer.status())));
  }

  private NvmeException failure(int status) {
    return NvmeException.answered(status, false, port.retryDelay(status));
  }
}
