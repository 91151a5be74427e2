package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.check.Operation;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Dice;
import java.util.List;
import java.util.function.IntSupplier;

/** What an application does next: operations as they are drawn, or a read of every block. */
final class Choices {
  private final Load load;
  private final Dice dice;
  private final List<Volume> volumes;
  private final IntSupplier transferBytes;
  private int verifyVolume;
  private int verifyBlock;

  /**
   * @param volumes the namespaces there are; the list changes
   * @param transferBytes most bytes of a command, at the moment
   */
  Choices(Load load, Dice dice, List<Volume> volumes, IntSupplier transferBytes) {
    this.load = load;
    this.dice = dice;
    this.volumes = volumes;
    this.transferBytes = transferBytes;
  }

  /** A check of all blocks begins. */
  void check() {
    verifyVolume = 0;
    verifyBlock = 0;
  }

  /** True if the check has come to its end. */
  boolean checked() {
    return verifyVolume >= volumes.size();
  }

  /** The next read of a check of all blocks; false if there is none any more. */
  boolean nextCheck(HostCommand command) {
    while (verifyVolume < volumes.size()) {
      Volume volume = volumes.get(verifyVolume);
      int blocks = volume.history().blocks();
      if (verifyBlock < blocks) {
        int most =
            Math.max(1, Math.min(load.mostBytes(), transferBytes.getAsInt()) / blockBytes(volume));
        set(
            command,
            Operation.Kind.READ,
            volume,
            verifyBlock,
            Math.min(most, blocks - verifyBlock));
        verifyBlock += command.blocks;
        return true;
      }
      verifyVolume++;
      verifyBlock = 0;
    }
    return false;
  }

  private static int blockBytes(Volume volume) {
    return volume.medium().blockBytes();
  }

  /** The next operation; false if there is no namespace for it. */
  boolean draw(HostCommand command) {
    if (volumes.isEmpty()) {
      return false;
    }
    Volume volume = volumes.get(dice.below(volumes.size()));
    int all = volume.history().blocks();
    int range = load.hotBlocks() == 0 ? all : Math.min(all, load.hotBlocks());
    int most = Math.min(load.mostBytes(), transferBytes.getAsInt()) / blockBytes(volume);
    int blocks = Math.max(1, Math.min(Math.min(most, load.mostBlocks()), range));
    blocks = blocks == 1 ? 1 : dice.spreadTo(blocks);
    int block = dice.below(range - blocks + 1);
    int which = dice.below(load.reads() + load.writes() + load.others());
    Operation.Kind kind =
        which < load.reads()
            ? Operation.Kind.READ
            : which < load.reads() + load.writes() ? Operation.Kind.WRITE : other();
    if (kind == Operation.Kind.COMPARE_AND_WRITE || kind == Operation.Kind.COMPARE) {
      blocks = 1;
    }
    set(command, kind, volume, block, blocks);
    // Dataset Management knows no FUA.
    command.forced =
        kind.writes() && kind != Operation.Kind.DEALLOCATE && dice.oneIn(load.forcedOneIn());
    return true;
  }

  private Operation.Kind other() {
    return dice.pick(
        Operation.Kind.FLUSH,
        Operation.Kind.FLUSH,
        Operation.Kind.ZERO,
        Operation.Kind.DEALLOCATE,
        Operation.Kind.COMPARE,
        Operation.Kind.COMPARE_AND_WRITE,
        Operation.Kind.COMPARE_AND_WRITE,
        Operation.Kind.VERIFY);
  }

  private static void set(
      HostCommand command, Operation.Kind kind, Volume volume, int block, int blocks) {
    command.kind = kind;
    command.history = volume.history();
    command.nsid = volume.nsid();
    command.block = block;
    command.blocks = kind == Operation.Kind.FLUSH ? 0 : blocks;
    command.blockBytes = blockBytes(volume);
    command.forced = false;
    command.version = 0;
    command.expected = 0;
  }
}
