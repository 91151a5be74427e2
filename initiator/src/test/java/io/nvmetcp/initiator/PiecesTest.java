package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Buffers in pieces are cut so that each command gets whole blocks within its limits. */
class PiecesTest {
  private static final int BLOCK = 512;

  private final RegionRegistry registry = new RegionRegistry();
  private final Region region = registry.register(1 << 20);

  @AfterEach
  void close() {
    region.close();
  }

  private ScatterList list(int... lengths) {
    BufferSlice[] slices = new BufferSlice[lengths.length];
    long at = 0;
    for (int i = 0; i < lengths.length; i++) {
      slices[i] = region.slice(at, lengths[i]);
      at += lengths[i];
    }
    return ScatterList.of(slices);
  }

  private static List<ScatterList> cut(ScatterList buffer, int maxBytes, int maxSegments) {
    Pieces pieces = new Pieces(buffer, BLOCK, maxBytes, maxSegments);
    List<ScatterList> parts = new ArrayList<>();
    ScatterList part;
    while ((part = pieces.next()) != null) {
      parts.add(part);
    }
    assertThat(pieces.taken()).isEqualTo(buffer.lengthBytes());
    return parts;
  }

  private static List<Integer> lengths(List<ScatterList> parts) {
    return parts.stream().map(ScatterList::lengthBytes).toList();
  }

  @Test
  void cutsAtTheByteLimit() {
    assertThat(lengths(cut(list(BLOCK, 3 * BLOCK), 2 * BLOCK, 8)))
        .containsExactly(2 * BLOCK, 2 * BLOCK);
  }

  @Test
  void cutsAtTheSegmentLimitAndAtTheEndOfABlock() {
    // With two pieces there are 612 bytes, of which one block is whole.
    assertThat(lengths(cut(list(500, 112, 412, BLOCK), 1 << 16, 2)))
        .containsExactly(BLOCK, BLOCK, BLOCK);
  }

  @Test
  void aBlockInMorePiecesThanAllowedGoesAlone() {
    List<ScatterList> parts = cut(list(100, 100, 100, 212, 2 * BLOCK), 1 << 16, 2);
    assertThat(lengths(parts)).containsExactly(BLOCK, 2 * BLOCK);
    assertThat(parts.getFirst().segments()).isEqualTo(4);
  }

  @Test
  void nothingIsLostOrMovedWhateverThePieces() {
    long seed = System.nanoTime();
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 500; round++) {
      List<Integer> lengths = new ArrayList<>();
      int total = 0;
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        lengths.add(random.nextInt(1, 3000));
        total += lengths.getLast();
      }
      lengths.add(BLOCK - total % BLOCK);
      ScatterList buffer = list(lengths.stream().mapToInt(Integer::intValue).toArray());
      int maxBytes = BLOCK * random.nextInt(1, 20);
      int maxSegments = random.nextInt(1, 6);
      long at = 0;
      for (ScatterList part : cut(buffer, maxBytes, maxSegments)) {
        assertThat(part.lengthBytes())
            .as("seed %d", seed)
            .isPositive()
            .isLessThanOrEqualTo(maxBytes);
        assertThat(part.lengthBytes() % BLOCK).as("seed %d", seed).isZero();
        if (part.lengthBytes() > BLOCK) {
          assertThat(part.segments()).as("seed %d", seed).isLessThanOrEqualTo(maxSegments);
        }
        for (int i = 0; i < part.segments(); i++) {
          // The pieces of the whole lie one behind the other in the region.
          assertThat(part.segment(i).offset()).as("seed %d", seed).isEqualTo(at);
          at += part.segment(i).lengthBytes();
        }
      }
      assertThat(at).as("seed %d", seed).isEqualTo(buffer.lengthBytes());
    }
  }
}
