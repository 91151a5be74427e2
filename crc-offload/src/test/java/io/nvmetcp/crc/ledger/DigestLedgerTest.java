package io.nvmetcp.crc.ledger;

import static io.nvmetcp.crc.ledger.DigestVerdict.BY_DEVICE;
import static io.nvmetcp.crc.ledger.DigestVerdict.BY_FALLBACK;
import static io.nvmetcp.crc.ledger.DigestVerdict.IN_PLACEMENT;
import static io.nvmetcp.crc.ledger.DigestVerdict.MISMATCH;
import static io.nvmetcp.crc.ledger.DigestVerdict.NOT_NEGOTIATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DigestLedgerTest {
  private final DigestLedger ledger = new DigestLedger(Voucher.DEVICE);

  @Test
  void believesTheDeviceWhenItVouchedForEveryRun() {
    ledger.begin(true);
    ledger.payloadRun(1000, true);
    ledger.payloadRun(24, true);
    ledger.digestRun(4, true);
    assertThat(ledger.needsSoftwareCheck()).isFalse();
    assertThat(ledger.verdict()).isEqualTo(BY_DEVICE);
    assertThat(ledger.vouchedBytes()).isEqualTo(1028);
    assertThat(ledger.unvouchedBytes()).isZero();
    assertThat(ledger.runs()).isEqualTo(3);
  }

  @Test
  void namesThePlacingPassWhenThatIsTheVoucher() {
    var inPlacement = new DigestLedger(Voucher.PLACEMENT);
    inPlacement.begin(true);
    inPlacement.payloadRun(8, true);
    inPlacement.digestRun(4, true);
    assertThat(inPlacement.verdict()).isEqualTo(IN_PLACEMENT);
  }

  @Test
  void wantsSoftwareWhenOnePayloadRunHasNoWord() {
    ledger.begin(true);
    ledger.payloadRun(8, true);
    ledger.payloadRun(8, false);
    ledger.digestRun(4, true);
    assertThat(ledger.needsSoftwareCheck()).isTrue();
    ledger.softwareResult(true);
    assertThat(ledger.verdict()).isEqualTo(BY_FALLBACK);
  }

  @Test
  void wantsSoftwareWhenOnlyTheDigestBytesHaveNoWord() {
    ledger.begin(true);
    ledger.payloadRun(8, true);
    ledger.digestRun(4, false);
    assertThat(ledger.needsSoftwareCheck()).isTrue();
  }

  @Test
  void wantsSoftwareWhenOnePartOfTheDigestBytesHasNoWord() {
    ledger.begin(true);
    ledger.payloadRun(8, true);
    ledger.digestRun(1, false);
    ledger.digestRun(3, true);
    assertThat(ledger.needsSoftwareCheck()).isTrue();
  }

  @Test
  void trustsNobodyBeforeAllDigestBytesWereSeen() {
    ledger.begin(true);
    ledger.payloadRun(8, true);
    assertThat(ledger.needsSoftwareCheck()).isTrue();
    assertThatIllegalStateException().isThrownBy(ledger::verdict);
    ledger.digestRun(3, true);
    assertThat(ledger.needsSoftwareCheck()).isTrue();
    ledger.digestRun(1, true);
    assertThat(ledger.verdict()).isEqualTo(BY_DEVICE);
  }

  @Test
  void reportsTheMismatchThatSoftwareFound() {
    ledger.begin(true);
    ledger.payloadRun(8, false);
    ledger.digestRun(4, false);
    ledger.softwareResult(false);
    assertThat(ledger.verdict()).isEqualTo(MISMATCH);
    assertThat(ledger.needsSoftwareCheck()).isFalse();
  }

  @Test
  void hasNothingToJudgeWithoutADigest() {
    ledger.begin(false);
    ledger.payloadRun(8, false);
    assertThat(ledger.needsSoftwareCheck()).isFalse();
    assertThat(ledger.verdict()).isEqualTo(NOT_NEGOTIATED);
    assertThatIllegalStateException().isThrownBy(() -> ledger.softwareResult(true));
  }

  @Test
  void takesASoftwareResultOnceAndOnlyWhenItIsDue() {
    ledger.begin(true);
    ledger.payloadRun(8, true);
    ledger.digestRun(4, true);
    assertThatIllegalStateException().isThrownBy(() -> ledger.softwareResult(true));
    ledger.begin(true);
    ledger.payloadRun(8, false);
    ledger.digestRun(4, true);
    ledger.softwareResult(true);
    assertThatIllegalStateException().isThrownBy(() -> ledger.softwareResult(false));
    assertThat(ledger.verdict()).isEqualTo(BY_FALLBACK);
  }

  @Test
  void remembersNothingOfTheLastPdu() {
    ledger.begin(true);
    ledger.payloadRun(8, false);
    ledger.digestRun(4, false);
    ledger.softwareResult(false);
    ledger.begin(true);
    assertThat(ledger.runs()).isZero();
    assertThat(ledger.unvouchedBytes()).isZero();
    ledger.payloadRun(8, true);
    ledger.digestRun(4, true);
    assertThat(ledger.verdict()).isEqualTo(BY_DEVICE);
  }

  private record Run(int bytes, boolean digest, boolean crcOk) {}

  @ParameterizedTest
  @EnumSource(Voucher.class)
  void agreesWithAOneLineOracle(Voucher voucher) {
    long seed = 0x1ED6E2L;
    var random = new Random(seed);
    var tested = new DigestLedger(voucher);
    for (int round = 0; round < 20_000; round++) {
      boolean negotiated = random.nextInt(8) > 0;
      boolean softwareMatch = random.nextBoolean();
      List<Run> runs = randomRuns(random, negotiated);
      tested.begin(negotiated);
      for (Run run : runs) {
        if (run.digest()) {
          tested.digestRun(run.bytes(), run.crcOk());
        } else {
          tested.payloadRun(run.bytes(), run.crcOk());
        }
      }
      if (tested.needsSoftwareCheck()) {
        tested.softwareResult(softwareMatch);
      }
      var as = "seed %d round %d: %s".formatted(seed, round, runs);
      DigestVerdict expected =
          !negotiated
              ? NOT_NEGOTIATED
              : runs.stream().allMatch(Run::crcOk)
                  ? voucher.verdict()
                  : softwareMatch ? BY_FALLBACK : MISMATCH;
      assertThat(tested.verdict()).as(as).isEqualTo(expected);
      assertThat(tested.vouchedBytes())
          .as(as)
          .isEqualTo(runs.stream().filter(Run::crcOk).mapToInt(Run::bytes).sum());
      assertThat(tested.vouchedBytes() + tested.unvouchedBytes())
          .as(as)
          .isEqualTo(runs.stream().mapToInt(Run::bytes).sum());
      assertThat(tested.runs()).as(as).isEqualTo(runs.size());
    }
  }

  private static List<Run> randomRuns(Random random, boolean negotiated) {
    var runs = new ArrayList<Run>();
    int doubt =
        random.nextInt(3); // 0: a device that vouches for all, so that both cases are common
    for (int i = random.nextInt(6); i >= 0; i--) {
      runs.add(new Run(1 + random.nextInt(9000), false, doubt == 0 || random.nextInt(8) > 0));
    }
    for (int left = negotiated ? 4 : 0; left > 0; ) {
      int step = 1 + random.nextInt(left);
      runs.add(new Run(step, true, doubt == 0 || random.nextInt(8) > 0));
      left -= step;
    }
    return runs;
  }
}
