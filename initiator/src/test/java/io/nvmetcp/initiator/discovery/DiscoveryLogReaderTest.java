package io.nvmetcp.initiator.discovery;

import static io.nvmetcp.initiator.discovery.DiscoveryEntry.SecureChannel.NOT_REQUIRED;
import static io.nvmetcp.initiator.discovery.DiscoveryEntry.SecureChannel.NOT_SPECIFIED;
import static io.nvmetcp.initiator.discovery.DiscoveryEntry.SecureChannel.REQUIRED;
import static io.nvmetcp.initiator.discovery.DiscoveryEntry.SecureChannel.RESERVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.initiator.discovery.DiscoveryLogReader.Step;
import io.nvmetcp.nvme.DiscoveryLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DiscoveryLogReaderTest {
  private final List<String> transcript = new ArrayList<>();

  private static DiscoveryLog.Entry entry(int number) {
    return new DiscoveryLog.Entry(
        DiscoveryLog.SUBTYPE_NVM,
        DiscoveryLog.ADRFAM_IPV4,
        0,
        1,
        Fabrics.CNTLID_DYNAMIC,
        32,
        "nqn.sub" + number,
        "10.0.0." + number,
        "4420");
  }

  private static byte[] log(long generation, int entries) {
    return new DiscoveryLog(
            generation,
            IntStream.range(0, entries).mapToObj(DiscoveryLogReaderTest::entry).toList())
        .encode();
  }

  /** Reads from the log that {@code logs} says stands there at the n-th command. */
  private Step run(IntFunction<byte[]> logs) {
    DiscoveryLogReader machine = new DiscoveryLogReader(4096);
    Step step = machine.start();
    int number = 0;
    while (step instanceof Step.Read(byte[] sqe, int bytes)) {
      int at = (int) Sqe.cdw(sqe, 0, 12);
      long dwords = (Sqe.cdw(sqe, 0, 10) >>> 16) + 1 | Sqe.cdw(sqe, 0, 11) << 16;
      assertThat(dwords * 4).isEqualTo(bytes);
      assertThat(Sqe.cdw(sqe, 0, 10) & 0xFF).isEqualTo(0x70);
      transcript.add(at + "+" + bytes);
      byte[] log = logs.apply(number++);
      step =
          at > log.length
              ? machine.completed(Status.INVALID_FIELD | Status.DNR, new byte[bytes])
              : machine.completed(Status.SUCCESS, Arrays.copyOfRange(log, at, at + bytes));
    }
    return step;
  }

  private static List<DiscoveryEntry> entries(Step step) {
    assertThat(step).isInstanceOf(Step.Done.class);
    return ((Step.Done) step).entries();
  }

  @Test
  void readsHeaderRecordsAndHeaderAgain() {
    List<DiscoveryEntry> entries = entries(run(number -> log(3, 6)));
    assertThat(transcript).containsExactly("0+1024", "1024+4096", "5120+2048", "0+1024");
    assertThat(entries).hasSize(6);
    assertThat(entries.get(5))
        .isEqualTo(
            new DiscoveryEntry(
                DiscoveryEntry.Kind.SUBSYSTEM,
                "nqn.sub5",
                "10.0.0.5",
                4420,
                1,
                0xFFFF,
                32,
                false,
                DiscoveryEntry.SecureChannel.NOT_SPECIFIED,
                false));
  }

  @Test
  void readsEachRequirementOfATransport() {
    DiscoveryEntry.SecureChannel[] channels = {NOT_SPECIFIED, REQUIRED, NOT_REQUIRED, RESERVED};
    for (int treq = 0; treq < 8; treq++) {
      byte[] log = log(1, 1);
      log[DiscoveryLog.RECORD_BYTES + DiscoveryLog.Entry.TREQ] = (byte) treq;
      DiscoveryEntry entry = entries(run(number -> log)).getFirst();
      assertThat(entry.secureChannel()).as("%d", treq).isEqualTo(channels[treq & 3]);
      assertThat(entry.flowControlOptional()).as("%d", treq).isEqualTo(treq > 3);
    }
  }

  @Test
  void anEmptyLogIsConfirmedToo() {
    assertThat(entries(run(number -> log(1, 0)))).isEmpty();
    assertThat(transcript).containsExactly("0+1024", "0+1024");
  }

  @Test
  void readsAgainWhatChangedMeanwhile() {
    assertThat(entries(run(number -> number < 2 ? log(1, 3) : log(2, 5)))).hasSize(5);
    assertThat(transcript)
        .containsExactly("0+1024", "1024+3072", "0+1024", "1024+4096", "5120+1024", "0+1024");
  }

  @Test
  void givesUpOnALogThatNeverHoldsStill() {
    assertThat(run(number -> log(number, 1)))
        .isEqualTo(new Step.Failed("the discovery log changed while it was read, 8 times"));
  }

  @Test
  void believesNoEndlessLog() {
    for (long announced : new long[] {1025, Long.MAX_VALUE, -1}) {
      byte[] log = log(1, 1);
      LittleEndian.put64(log, 8, announced);
      assertThat(run(number -> log))
          .isEqualTo(
              new Step.Failed(
                  "the discovery log announces %s records, more than 1024"
                      .formatted(Long.toUnsignedString(announced))));
    }
  }

  @Test
  void refusesAnUnknownFormat() {
    byte[] log = log(1, 1);
    LittleEndian.put16(log, 16, 1);
    assertThat(run(number -> log))
        .isEqualTo(new Step.Failed("the discovery log has record format 1, which is unknown"));
  }

  @Test
  void aRefusalIsSaid() {
    DiscoveryLogReader machine = new DiscoveryLogReader(4096);
    assertThat(machine.start()).isInstanceOf(Step.Read.class);
    assertThat(machine.completed(Status.INVALID_LOG_PAGE, new byte[0]))
        .isEqualTo(new Step.Failed("the discovery log cannot be read: Invalid Log Page (1/09h)"));
    assertThatThrownBy(() -> machine.completed(Status.SUCCESS, new byte[1024]))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesWhatARecordLeadsTo() {
    byte[] log = log(1, 4);
    int subtype = 2;
    int trsvcid = 32;
    log[1024 + subtype] = 1;
    log[2048 + subtype] = 3;
    log[3072 + subtype] = 9;
    log[1024 + trsvcid] = 'x';
    assertThat(entries(run(number -> log)))
        .extracting(DiscoveryEntry::kind)
        .containsExactly(
            DiscoveryEntry.Kind.REFERRAL,
            DiscoveryEntry.Kind.CURRENT_DISCOVERY,
            DiscoveryEntry.Kind.OTHER,
            DiscoveryEntry.Kind.SUBSYSTEM);
    assertThat(entries(run(number -> log)))
        .extracting(DiscoveryEntry::port)
        .containsExactly(0, 4420, 4420, 4420);
  }

  @Test
  void aLogThatBecomesShorterThanWhereItIsReadIsReadAgain() {
    List<DiscoveryEntry> entries = entries(run(number -> number < 2 ? log(3, 9) : log(4, 2)));
    assertThat(transcript)
        .containsExactly("0+1024", "1024+4096", "5120+4096", "0+1024", "1024+2048", "0+1024");
    assertThat(entries).hasSize(2);
  }

  @Test
  void aLogThatRefusesItsRecordsAndHasNotChangedCannotBeRead() {
    Step step = run(number -> Arrays.copyOf(log(3, 9), 4 * 1024));
    assertThat(transcript).containsExactly("0+1024", "1024+4096", "5120+4096", "0+1024");
    assertThat(step)
        .isEqualTo(
            new Step.Failed(
                "the discovery log cannot be read: Invalid Field in Command (0/02h, DNR)"));
  }

  @Test
  void aLogThatBecomesShorterAgainAndAgainIsGivenUp() {
    Step step = run(number -> number % 2 == 0 ? log(number, 9) : log(number, 0));
    assertThat(step)
        .isEqualTo(new Step.Failed("the discovery log changed while it was read, 8 times"));
  }
}
