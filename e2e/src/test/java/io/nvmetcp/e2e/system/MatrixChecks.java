package io.nvmetcp.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.DeviceSpec.Kind;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.target.TargetStatistics;
import io.nvmetcp.target.schedule.SchedulePolicy;

/** What the counters of a cell must say: that what was to be tried was tried, and by whom. */
final class MatrixChecks {
  private final MatrixRun run;
  private final MatrixCell cell;
  private final InitiatorStatistics host;
  private final TargetStatistics target;

  private MatrixChecks(MatrixRun run) {
    this.run = run;
    cell = run.cell();
    host = run.host();
    target = run.target();
  }

  static void check(MatrixRun run) {
    var checks = new MatrixChecks(run);
    checks.reordered();
    checks.delivered();
    checks.placed();
    checks.judged();
    checks.tornDown();
    checks.nothingLeaked();
  }

  // Of the memory namespace every answer is ready in the order of the commands: whatever moved was
  // moved by the policy.
  private void reordered() {
    long inPlace = run.displaced(0);
    switch (SchedulePolicy.parse(cell.policy())) {
      case SchedulePolicy.InOrder _ -> {
        assertThat(inPlace).isEqualTo(run.answers());
        assertThat(target.maxDisplacement()).isZero();
      }
      case SchedulePolicy.Reverse reverse -> {
        // The outermost of each whole group move by the width of the group.
        int most = reverse.window() - 1;
        assertThat(run.displaced(most)).isPositive();
        assertThat(run.displaced(-most)).isPositive();
        assertThat(inPlace).isLessThan(run.answers() / 2);
        assertThat(target.maxDisplacement()).isEqualTo(most);
      }
      case SchedulePolicy.Shuffle shuffle -> {
        assertThat(inPlace).isLessThan(run.answers() / 2);
        assertThat(target.maxDisplacement()).isBetween(2, shuffle.window() - 1);
      }
      case SchedulePolicy.Script _ -> {
        // 3, 1, 2: the last goes before two others, and each of them after one.
        assertThat(run.displaced(-2)).isPositive();
        assertThat(run.displaced(1)).isGreaterThanOrEqualTo(run.displaced(-2));
        assertThat(target.maxDisplacement()).isEqualTo(2);
      }
      case SchedulePolicy.SmallFirst small -> {
        assertThat(inPlace).isLessThan(run.answers());
        assertThat(target.maxDisplacement()).isBetween(1, small.window() - 1);
      }
      case SchedulePolicy.Interleave interleave -> {
        // Large responses come in parts, and small ones end between them.
        assertThat(target.dataPdus()).isGreaterThan(run.bytesRead() / interleave.partBytes() / 2);
        assertThat(inPlace).isLessThan(run.answers());
        assertThat(target.maxDisplacement()).isPositive();
      }
      case SchedulePolicy.Hold _ -> {
        assertThat(inPlace).isLessThan(run.answers());
        assertThat(target.maxDisplacement()).isPositive();
      }
    }
  }

  private void delivered() {
    assertThat(host.balanced()).isTrue();
    assertThat(host.offload(DdpCounter.DELIVERED_BYTES)).isEqualTo(run.bytesRead());
    assertThat(host.offload(DdpCounter.DDP_BYTES) + host.offload(DdpCounter.COPIED_BYTES))
        .isEqualTo(run.bytesRead());
    assertThat(host.completed()).isEqualTo(host.submitted());
    assertThat(host.lost()).isZero();
    assertThat(target.bytesRead()).isEqualTo(run.bytesRead());
    assertThat(target.bytesWritten()).isEqualTo(2L * MatrixRun.NAMESPACE_BYTES);
    assertThat(target.r2ts()).as("writes by R2T").isPositive();
    assertThat(target.writes()).as("writes in a capsule").isGreaterThan(target.r2ts());
    assertThat(target.errors()).isZero();
  }

  private void placed() {
    if (cell.kind() == Kind.NONE) {
      assertThat(host.offload(DdpCounter.DDP_BYTES)).isZero();
      assertThat(host.offload(DdpCounter.SETUP)).isZero();
      return;
    }
    assertThat(host.offload(DdpCounter.DDP_BYTES)).isPositive();
    assertThat(host.offload(DdpCounter.DDP_PDUS)).isPositive();
    assertThat(host.offload(DdpCounter.SETUP)).isPositive();
    if (cell.kind() == Kind.SOCKET && cell.blockBytes() == 512) {
      assertThat(host.offload(DdpCounter.SETUP_FAIL_THRESHOLD)).isPositive();
    }
  }

  private void judged() {
    long device = host.offload(DdpCounter.DIGEST_BY_DEVICE);
    long placement = host.offload(DdpCounter.DIGEST_IN_PLACEMENT);
    long fallback = host.offload(DdpCounter.DIGEST_BY_FALLBACK);
    long pdus = host.offload(DdpCounter.DDP_PDUS) + host.offload(DdpCounter.COPIED_PDUS);
    // Those of the admin queue are the target's alone.
    assertThat(pdus).isLessThan(target.dataPdus()).isGreaterThanOrEqualTo(run.reads());
    assertThat(device + placement + fallback).isEqualTo(cell.ddgst() ? pdus : 0);
    assertThat(host.offload(DdpCounter.DATA_DIGEST_ERRORS)).isZero();
    assertThat(host.offload(DdpCounter.HEADER_DIGEST_ERRORS)).isZero();
    assertThat(target.digestErrors()).isZero();
    if (!cell.ddgst()) {
      return;
    }
    assertThat(target.dataDigests()).isPositive();
    switch (cell.kind()) {
      case NONE -> assertThat(fallback).isEqualTo(pdus);
      case SOCKET -> {
        assertThat(device).isZero();
        assertThat(placement).isPositive();
      }
      case SIMULATED -> {
        assertThat(device).isPositive();
        // A packet in 64 passes without the device's word.
        assertThat(fallback).isPositive();
      }
    }
  }

  private void tornDown() {
    long after = host.offload(DdpCounter.TEARDOWN_AFTER_RESPONSE);
    long before = host.offload(DdpCounter.TEARDOWN_BEFORE_RESPONSE);
    assertThat(host.offload(DdpCounter.TEARDOWN)).isEqualTo(host.offload(DdpCounter.SETUP));
    assertThat(after + before).isEqualTo(host.offload(DdpCounter.TEARDOWN));
    if (cell.teardown() == TeardownMode.LAZY) {
      assertThat(before).isZero();
      return;
    }
    assertThat(before).as("torn down before the response").isPositive();
    if (cell.kind() == Kind.SIMULATED) {
      // It lets go late and in an order of its own: some before the response, some after it.
      assertThat(after).as("torn down after the response").isPositive();
    }
  }

  private void nothingLeaked() {
    assertThat(host.outstanding()).isZero();
    assertThat(host.liveMappings()).isZero();
    assertThat(run.liveRegions()).isZero();
    assertThat(target.leasesOutstanding()).isZero();
    assertThat(target.connectionsOpen()).isZero();
    assertThat(target.controllers()).isZero();
    assertThat(target.hangUps()).isZero();
    assertThat(target.faultsByFes()).isEmpty();
  }
}
