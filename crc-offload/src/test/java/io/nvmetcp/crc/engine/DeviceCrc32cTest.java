package io.nvmetcp.crc.engine;

import static io.nvmetcp.crc.engine.DeviceCrc32c.Admission.ABOVE_LIMIT;
import static io.nvmetcp.crc.engine.DeviceCrc32c.Admission.ACCEPTED;
import static io.nvmetcp.crc.engine.DeviceCrc32c.Admission.BELOW_THRESHOLD;
import static io.nvmetcp.crc.engine.DeviceCrc32c.Admission.QUEUE_FULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.Crc32cEngineContract;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The contract of all engines, with some runs refused; and what only a device does. */
final class DeviceCrc32cTest extends Crc32cEngineContract {
  private final DeviceCrc32c device =
      new DeviceCrc32c(new DeviceCrc32c.Capability(2, 16, 8192, 1000, 100));
  private final MemorySegment data = MemorySegment.ofArray(new byte[16_384]);
  private final List<Integer> answers = new ArrayList<>();

  @Override
  protected Crc32cEngine engine() {
    return device;
  }

  @Test
  void answersAfterItsLatencyAndItsWork() {
    assertThat(device.submit(0, data, 0, 1024, answers::add)).isEqualTo(ACCEPTED);
    assertThat(device.nextDueNs()).isEqualTo(1100);
    assertThat(device.advance(1099)).isZero();
    assertThat(answers).isEmpty();
    assertThat(device.advance(1100)).isEqualTo(1);
    assertThat(answers).containsExactly(crcOfZeroes(1024));
    assertThat(device.inFlight()).isZero();
    assertThat(device.nextDueNs()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void worksOnOneJobAfterTheOther() {
    device.submit(0, data, 0, 2048, answers::add);
    device.submit(0, data, 0, 1024, answers::add);
    assertThat(device.advance(1200)).isEqualTo(1);
    assertThat(device.nextDueNs()).isEqualTo(1300);
    device.advance(5000);
    assertThat(answers).containsExactly(crcOfZeroes(2048), crcOfZeroes(1024));
  }

  @Test
  void refusesWhatDoesNotSuitItAndCountsIt() {
    assertThat(device.submit(0, data, 0, 15, answers::add)).isEqualTo(BELOW_THRESHOLD);
    assertThat(device.submit(0, data, 0, 8193, answers::add)).isEqualTo(ABOVE_LIMIT);
    assertThat(device.submit(0, data, 0, 16, answers::add)).isEqualTo(ACCEPTED);
    assertThat(device.submit(0, data, 0, 8192, answers::add)).isEqualTo(ACCEPTED);
    assertThat(device.submit(0, data, 0, 512, answers::add)).isEqualTo(QUEUE_FULL);
    device.advance(1_000_000);
    assertThat(answers).as("refused jobs are never answered").hasSize(2);
    assertThat(device.submit(1_000_000, data, 0, 512, answers::add)).isEqualTo(ACCEPTED);
    assertThat(device.admissions(ACCEPTED)).isEqualTo(3);
    assertThat(device.admissions(QUEUE_FULL)).isEqualTo(1);
    assertThat(device.admissions(BELOW_THRESHOLD)).isEqualTo(1);
    assertThat(device.admissions(ABOVE_LIMIT)).isEqualTo(1);
    assertThat(device.computedBytes()).isEqualTo(16 + 8192);
  }

  @Test
  void readsTheMemoryWhenItAnswersAndNotBefore() {
    byte[] bytes = new byte[64];
    device.submit(0, MemorySegment.ofArray(bytes), 0, 64, answers::add);
    bytes[0] = 1;
    device.advance(10_000);
    var crc = new CRC32C();
    crc.update(bytes);
    assertThat(answers).containsExactly((int) crc.getValue());
  }

  @Test
  void letsACompletionSubmitTheNextJob() {
    device.submit(
        0, data, 0, 16, first -> device.submit(2000, data, 0, 32, second -> answers.add(second)));
    device.advance(2000);
    device.advance(9000);
    assertThat(answers).containsExactly(crcOfZeroes(32));
  }

  @Test
  void saysWhichPartOfADigestItComputedItself() {
    Crc32cDigest digest = device.newDigest();
    digest.update(data, 0, 8);
    digest.update(data, 8, 4096);
    digest.update(data, 4104, 10_000);
    assertThat(digest.value()).isEqualTo(crcOfZeroes(8 + 4096 + 10_000));
    assertThat(device.computedBytes()).isEqualTo(4096);
    assertThat(device.admissions(BELOW_THRESHOLD)).isEqualTo(1);
    assertThat(device.admissions(ABOVE_LIMIT)).isEqualTo(1);
  }

  @Test
  void refusesTimeThatRunsBackwards() {
    device.advance(5);
    assertThatIllegalArgumentException().isThrownBy(() -> device.advance(4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> device.submit(4, data, 0, 16, answers::add));
  }

  private static int crcOfZeroes(int length) {
    var crc = new CRC32C();
    crc.update(new byte[length]);
    return (int) crc.getValue();
  }
}
