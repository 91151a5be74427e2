package io.nvmetcp.initiator.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.IdentifyNvmController;
import io.nvmetcp.nvme.LittleEndian;
import org.junit.jupiter.api.Test;

/** Limits as Identify states them; what it does not state is no limit. */
class CommandLimitsTest {
  private static final int PAGE = 4096;

  private final byte[] controller = new byte[Cns.DATA_BYTES];
  private final byte[] nvm = new byte[Cns.DATA_BYTES];

  private CommandLimits limits() {
    return CommandLimits.of(controller, nvm, PAGE);
  }

  @Test
  void zeroIsNoLimit() {
    CommandLimits limits = limits();
    assertThat(limits.zeroBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(limits.verifyBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(limits.datasetRanges()).isEqualTo(256);
    assertThat(limits.datasetRangeBlocks()).isEqualTo(0xFFFF_FFFFL);
    assertThat(limits.datasetBlocks()).isEqualTo(Long.MAX_VALUE);
    assertThat(limits.compareAndWriteBlocks()).isOne();
    assertThat(limits.supports(ControllerBits.ONCS_COMPARE)).isFalse();
    assertThat(limits.fusesCompareAndWrite()).isFalse();
    assertThat(limits.volatileCache()).isFalse();
    assertThat(CommandLimits.dependOnCommandSet(controller)).isFalse();
  }

  @Test
  void eachLimitIsTakenOver() {
    LittleEndian.put16(
        controller,
        IdentifyController.ONCS,
        ControllerBits.ONCS_COMPARE | ControllerBits.ONCS_VERIFY);
    LittleEndian.put16(
        controller, IdentifyController.FUSES, ControllerBits.FUSES_COMPARE_AND_WRITE);
    LittleEndian.put8(controller, IdentifyController.VWC, ControllerBits.VWC_PRESENT);
    LittleEndian.put16(controller, IdentifyController.ACWU, 7);
    LittleEndian.put8(nvm, IdentifyNvmController.WZSL, 4);
    LittleEndian.put8(nvm, IdentifyNvmController.VSL, 1);
    LittleEndian.put8(nvm, IdentifyNvmController.DMRL, 3);
    LittleEndian.put32(nvm, IdentifyNvmController.DMRSL, 1000);
    LittleEndian.put64(nvm, IdentifyNvmController.DMSL, 2000);
    CommandLimits limits = limits();
    assertThat(limits.zeroBytes()).isEqualTo(16 * PAGE);
    assertThat(limits.verifyBytes()).isEqualTo(2 * PAGE);
    assertThat(limits.datasetRanges()).isEqualTo(3);
    assertThat(limits.datasetRangeBlocks()).isEqualTo(1000);
    assertThat(limits.datasetBlocks()).isEqualTo(2000);
    assertThat(limits.compareAndWriteBlocks()).isEqualTo(8);
    assertThat(limits.supports(ControllerBits.ONCS_COMPARE)).isTrue();
    assertThat(limits.supports(ControllerBits.ONCS_COMPARE | ControllerBits.ONCS_COPY)).isFalse();
    assertThat(limits.fusesCompareAndWrite()).isTrue();
    assertThat(limits.volatileCache()).isTrue();
    assertThat(CommandLimits.dependOnCommandSet(controller)).isTrue();
  }

  @Test
  void absurdValuesAreNoLimit() {
    LittleEndian.put8(nvm, IdentifyNvmController.WZSL, 0xFF);
    LittleEndian.put64(nvm, IdentifyNvmController.DMSL, -1);
    assertThat(limits().zeroBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(limits().datasetBlocks()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aNamespaceStatesItsOwn() {
    byte[] namespace = new byte[Cns.DATA_BYTES];
    assertThat(NamespaceLimits.of(namespace)).isEqualTo(NamespaceLimits.NONE);
    LittleEndian.put8(namespace, IdentifyNamespace.MSRC, 127);
    LittleEndian.put16(namespace, IdentifyNamespace.MSSRL, 500);
    LittleEndian.put32(namespace, IdentifyNamespace.MCL, 70_000);
    LittleEndian.put16(namespace, IdentifyNamespace.NACWU, 3);
    assertThat(NamespaceLimits.of(namespace))
        .as("NACWU counts only if the namespace says so")
        .isEqualTo(new NamespaceLimits(128, 500, 70_000, 0));
    LittleEndian.put8(namespace, IdentifyNamespace.NSFEAT, 2);
    assertThat(NamespaceLimits.of(namespace)).isEqualTo(new NamespaceLimits(128, 500, 70_000, 4));
  }
}
