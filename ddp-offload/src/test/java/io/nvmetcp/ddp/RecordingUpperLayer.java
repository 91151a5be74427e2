package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.engine.Bytes;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.ScatterList;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * A fake protocol above a device: reads the stream as it is handed up, copies what was not placed,
 * judges digests with a ledger, tears mappings down when the response came, and writes everything
 * down. It checks on the way what must hold for every run.
 */
public final class RecordingUpperLayer implements UpperLayer {

  /** One read, from its setup on. */
  public static final class Command {
    public final int tag;
    public final ScatterList buffer;
    public final List<DigestVerdict> verdicts = new ArrayList<>();
    public boolean mapped;
    public boolean responded;
    public boolean aborted;
    public boolean tornDown;
    public int placedBytes;
    public int copiedBytes;
    public int undeliveredBytes;

    Command(int tag, ScatterList buffer) {
      this.tag = tag;
      this.buffer = buffer;
    }

    public boolean failed() {
      return verdicts.contains(DigestVerdict.MISMATCH);
    }
  }

  public final List<Integer> teardowns = new ArrayList<>();

  /** Whether it says where the next place between two PDUs is. */
  public boolean knowsBoundaries = true;

  /** Positions a device asked about. */
  public final List<Long> asked = new ArrayList<>();

  public final List<String> deviceEvents = new ArrayList<>();

  /** Whether questions are answered; a test may do it itself. */
  public boolean answers = true;

  public final List<Command> commands = new ArrayList<>();
  public int softwareChecks;
  public int falseRuns;
  public int droppedBytes;
  public int runs;
  public Runnable onRun = () -> {};
  public IntConsumer onTeardownDone = tag -> {};

  private final ResyncAnswers resync = new ResyncAnswers();
  private final boolean digests;
  private final DigestLedger ledger;
  private final Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
  private final Map<Integer, Command> outstanding = new HashMap<>();
  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
  private final byte[] header = new byte[IscsiFraming.HEADER_BYTES];
  private final byte[] digest = new byte[IscsiFraming.DIGEST_BYTES];
  private DdpQueue queue;
  private Command current;
  private int filled;
  private int dataBytes;
  // False if the payload lies where nobody here can read it.
  private boolean crcSeen;
  private int passed;

  public RecordingUpperLayer(boolean digests, Voucher voucher) {
    this.digests = digests;
    ledger = new DigestLedger(voucher);
  }

  public void queue(DdpQueue of) {
    queue = of;
  }

  /** A read of {@code buffer}; mapped, if the device says so. */
  public SetupResult read(int tag, BufferSlice buffer) {
    SetupResult result = queue.setup(tag, buffer.region(), buffer.offset(), buffer.lengthBytes());
    expect(tag, ScatterList.of(buffer)).mapped = result == SetupResult.MAPPED;
    return result;
  }

  /** A read of a buffer in pieces; mapped, if the device says so. */
  public SetupResult read(int tag, ScatterList buffer) {
    SetupResult result = queue.setup(tag, buffer);
    expect(tag, buffer).mapped = result == SetupResult.MAPPED;
    return result;
  }

  private Command expect(int tag, ScatterList buffer) {
    Command command = new Command(tag, buffer);
    outstanding.put(tag, command);
    commands.add(command);
    return command;
  }

  /** Forgets a read: what comes for it now belongs nowhere. */
  public void abort(int tag) {
    outstanding.remove(tag).aborted = true;
    queue.teardown(tag);
  }

  public Command command(int tag) {
    return commands.stream()
        .filter(command -> command.tag == tag)
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  public byte[] stream() {
    return stream.toByteArray();
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    assertThat(length).isPositive();
    runs++;
    if (!crcOk) {
      falseRuns++;
    }
    stream.writeBytes(
        placed && bytes.byteSize() == 0
            ? new byte[length] // a device's memory, which nobody here can read
            : bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    int at = 0;
    while (at < length) {
      boundary();
      int step = Math.min(length - at, partLeft());
      part(bytes, offset + at, step, placed, crcOk);
      passed += step;
      at += step;
      resync.passed(step);
      if (filled == header.length && passed == pduBytes()) {
        pduEnd();
      }
    }
    boundary();
    onRun.run();
  }

  @Override
  public int toBoundary() {
    return !knowsBoundaries ? -1 : filled == 0 ? 0 : partLeft();
  }

  private void boundary() {
    if (answers && filled == 0) {
      resync.boundary(queue);
    }
  }

  @Override
  public void headerAsked(long position) {
    asked.add(position);
    resync.ask(position);
  }

  @Override
  public void deviceDown() {
    deviceEvents.add("down");
  }

  @Override
  public void deviceUp() {
    deviceEvents.add("up");
  }

  private int pduBytes() {
    return header.length
        + IscsiFraming.padded(dataBytes)
        + (digests && dataBytes > 0 ? IscsiFraming.DIGEST_BYTES : 0);
  }

  private int partLeft() {
    if (filled < header.length) {
      return header.length - filled;
    }
    int dataEnd = header.length + dataBytes;
    int paddingEnd = header.length + IscsiFraming.padded(dataBytes);
    return passed < dataEnd
        ? dataEnd - passed
        : passed < paddingEnd ? paddingEnd - passed : pduBytes() - passed;
  }

  private void part(MemorySegment bytes, long at, int length, boolean placed, boolean crcOk) {
    if (filled < header.length) {
      assertThat(placed).as("headers are not placed").isFalse();
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, header, filled, length);
      filled += length;
      if (filled == header.length) {
        dataBytes = IscsiFraming.dataBytes(header);
        current =
            IscsiFraming.opcode(header) == IscsiFraming.DATA_OUT
                ? null
                : outstanding.get(IscsiFraming.tag(header));
        crc.reset();
        ledger.begin(digests && dataBytes > 0);
      }
      return;
    }
    int paddingEnd = header.length + IscsiFraming.padded(dataBytes);
    if (passed >= paddingEnd) {
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, digest, passed - paddingEnd, length);
      ledger.digestRun(length, crcOk);
      return;
    }
    crcSeen = bytes.byteSize() > 0;
    if (crcSeen) {
      crc.update(bytes, at, length);
    }
    if (passed < header.length + dataBytes) {
      ledger.payloadRun(length, crcOk);
      payload(bytes, at, length, placed);
    }
  }

  private void payload(MemorySegment bytes, long at, int length, boolean placed) {
    Command command = current;
    long start = IscsiFraming.bufferOffset(header) + passed - header.length;
    if (command == null || command.aborted || start + length > command.buffer.lengthBytes()) {
      // A placed run may belong to a command that was aborted while its bytes arrived.
      droppedBytes += length;
      return;
    }
    int done = 0;
    while (done < length) {
      int number = command.buffer.find(start + done);
      BufferSlice segment = command.buffer.segment(number);
      long inSegment = start + done - command.buffer.start(number);
      int step = (int) Math.min(length - done, segment.lengthBytes() - inSegment);
      long targetAt = segment.offset() + inSegment;
      if (placed) {
        assertThat(step).as("a placed run lies in one segment").isEqualTo(length);
        assertThat(bytes.address() + at).isEqualTo(segment.region().segment().address() + targetAt);
        assertThat(command.mapped && !command.tornDown).as("placed in a live mapping").isTrue();
        command.placedBytes += step;
      } else if (segment.region().copyIn(targetAt, bytes, at + done, step)) {
        command.copiedBytes += step;
      } else {
        command.undeliveredBytes += step;
      }
      done += step;
    }
  }

  private void pduEnd() {
    int tag = IscsiFraming.tag(header);
    if (ledger.needsSoftwareCheck()) {
      softwareChecks++;
      ledger.softwareResult(Bytes.littleEndian(digest) == crc());
    } else if (digests && dataBytes > 0 && crcSeen) {
      assertThat(Bytes.littleEndian(digest) == crc())
          .as("the device vouched for a digest that is right")
          .isTrue();
    }
    Command command = current != null && !current.aborted ? current : null;
    if (command != null && dataBytes > 0) {
      command.verdicts.add(ledger.verdict());
    } else if (command != null && IscsiFraming.opcode(header) == IscsiFraming.RESPONSE) {
      command.responded = true;
      outstanding.remove(tag);
      if (command.mapped) {
        queue.teardown(tag);
      }
    }
    filled = 0;
    passed = 0;
    dataBytes = 0;
  }

  // Of a device's memory, its owner's word.
  private int crc() {
    Command command = current;
    if (command == null || command.buffer.segment(0).region().kind().hostAccess()) {
      return crc.value();
    }
    BufferSlice buffer = command.buffer.segment(0);
    long at = buffer.offset() + IscsiFraming.bufferOffset(header);
    return (int) buffer.region().crc32c(at, dataBytes);
  }

  @Override
  public void teardownDone(int tag) {
    teardowns.add(tag);
    Command command = command(tag);
    assertThat(command.mapped).isTrue();
    assertThat(command.tornDown).as("torn down once").isFalse();
    command.tornDown = true;
    onTeardownDone.accept(tag);
  }
}
