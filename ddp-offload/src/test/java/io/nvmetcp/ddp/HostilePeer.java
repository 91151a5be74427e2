package io.nvmetcp.ddp;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Sends Data-In PDUs with random tags, offsets and lengths to a queue whose commands come, go and
 * are aborted, and remembers which bytes of the region a command may have been given at all. The
 * fake protocol above checks ranges as a real one would, so a stray byte is the device's.
 */
final class HostilePeer {
  private static final int SLOT_BYTES = 16 * 1024;
  private static final int SLOTS = DeviceBench.REGION_BYTES / SLOT_BYTES;

  private final DeviceBench bench;
  private final boolean[] mayChange;
  // The command of each slot, or -1.
  private final int[] tags = new int[SLOTS];
  private int nextGeneration;

  HostilePeer(DeviceBench bench, boolean[] mayChange) {
    this.bench = bench;
    this.mayChange = mayChange;
    Arrays.fill(tags, -1);
  }

  void round(SplittableRandom random) {
    int slot = random.nextInt(SLOTS);
    if (tags[slot] >= 0) {
      bench.upper.abort(tags[slot]);
      bench.settle();
      tags[slot] = -1;
    }
    int tag = nextGeneration++ % 64 * DeviceBench.ENTRIES + random.nextInt(DeviceBench.ENTRIES);
    int offset = slot * SLOT_BYTES + random.nextInt(200);
    int length = random.nextInt(4096, SLOT_BYTES - 400);
    if (bench.read(tag, offset, length) != SetupResult.BELOW_THRESHOLD) {
      tags[slot] = tag;
    }
    Arrays.fill(mayChange, offset, offset + length, true);
    for (int i = random.nextInt(4); i >= 0; i--) {
      bench.send(hostile(random, tag, length));
    }
    if (random.nextInt(3) == 0) {
      bench.send(bench.framing.response(tag));
      bench.settle();
      tags[slot] = -1;
    }
  }

  private byte[] hostile(SplittableRandom random, int tag, int length) {
    int someTag =
        switch (random.nextInt(3)) {
          case 0 -> tag;
          case 1 -> tag + DeviceBench.ENTRIES & 0xFFFF;
          default -> random.nextInt(0x1_0000);
        };
    long offset =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> random.nextInt(length);
          case 2 -> length - 1L;
          default -> random.nextLong(0x1_0000_0000L);
        };
    int bytes = random.nextInt(3) == 0 ? random.nextInt(1, 40_000) : random.nextInt(1, length + 1);
    return bench.framing.dataIn(someTag, offset, bench.data(bytes));
  }
}
