package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.RegionWatch;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.initiator.queue.Completion;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;

/**
 * Memory that is closed at any moment, also while commands use it: it is there until the last of
 * them has ended, and gone then. What lies in it is judged by nobody.
 */
final class BriefRegion {

  /** Registers such regions, and knows whether all are gone. */
  static final class Memory {
    private final Coverage coverage;
    private final RegionRegistry registry;
    private int there;

    Memory(Coverage coverage, RegionRegistry registry) {
      this.coverage = coverage;
      this.registry = registry;
    }

    BriefRegion register(int bytes) {
      there++;
      return new BriefRegion(this, registry.register(bytes));
    }

    /** Checks that each was told to be gone, once. */
    void check() {
      if (there != 0) {
        throw new Violation(Rule.LEFT_OVER, there + " regions were not told to be gone");
      }
    }
  }

  private final Memory memory;
  private final Region region;
  private final RegionWatch watch;
  private int users;

  private BriefRegion(Memory memory, Region region) {
    this.memory = memory;
    this.region = region;
    watch = new RegionWatch(memory.coverage, region);
  }

  /** Reads or writes all of it, if it can still be used. */
  void submit(HostQueue queue, Volume volume, boolean writes) {
    queue.loop().execute(() -> submitNow(queue, volume, writes));
  }

  private void submitNow(HostQueue queue, Volume volume, boolean writes) {
    if (!queue.open()) {
      return;
    }
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, writes ? IoOpcode.WRITE : IoOpcode.READ, 0, volume.nsid());
    Sqe.range(sqe, 0, 0, (int) (region.sizeBytes() / volume.medium().blockBytes()));
    queue.slots().settle();
    users++;
    int answer =
        queue
            .pair()
            .submit(
                sqe,
                writes ? Direction.WRITE : Direction.READ,
                region,
                0,
                (int) region.sizeBytes(),
                new Completion() {
                  @Override
                  public void completed(int status, long result) {
                    ended();
                  }

                  @Override
                  public void lost(String reason) {
                    ended();
                  }
                });
    queue.slots().submitted();
    watch.asked(answer == QueuePair.REGION_CLOSED);
    if (answer >= 0) {
      queue.scheduleFlush();
    } else {
      users--;
    }
  }

  private void ended() {
    users--;
    watch.look();
  }

  /** Closes it; more than once does no harm. */
  void close() {
    watch.closes();
    region.close(this::gone);
    watch.look();
    if (users > 0 && !region.segment().scope().isAlive()) {
      throw new Violation(Rule.BUFFER, "memory is gone that " + users + " commands use");
    }
  }

  private void gone() {
    memory.there--;
    watch.look();
    if (region.segment().scope().isAlive()) {
      throw new Violation(Rule.BUFFER, "memory is there that was told to be gone");
    }
  }
}
