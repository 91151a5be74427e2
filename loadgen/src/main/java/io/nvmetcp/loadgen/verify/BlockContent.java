package io.nvmetcp.loadgen.verify;

import io.nvmetcp.loadgen.job.BytePattern;
import io.nvmetcp.loadgen.job.VerifyMethod;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the content of blocks and judges it. Writing and judging what is right allocate nothing.
 */
public final class BlockContent {
  /** Newest generation where nobody remembers what was written. */
  public static final int ANY_GENERATION = Integer.MAX_VALUE;

  // How far back a torn block's parts are looked for.
  private static final int GENERATIONS_TRIED = 16;
  private static final int ENOUGH_BYTES = 64;

  private final Identity identity;
  private final int blockBytes;
  private final @Nullable Checksum checksum;
  private final Filling filling;
  private final MemorySegment scratch;

  /**
   * @param method how blocks are checked
   * @param pattern what blocks are filled with; needed for {@link VerifyMethod#PATTERN}
   * @param identity who writes, and where
   * @param blockBytes size of a logical block
   */
  public BlockContent(
      VerifyMethod method, Optional<BytePattern> pattern, Identity identity, int blockBytes) {
    this.identity = identity;
    this.blockBytes = blockBytes;
    checksum = method.stamps() ? Checksum.of(method, blockBytes) : null;
    filling = new Filling(pattern.orElse(null), identity.seed(), blockBytes);
    scratch = MemorySegment.ofArray(new byte[blockBytes]);
  }

  /**
   * Makes a block.
   *
   * @param data where it goes; borrowed
   * @param at first byte
   * @param lba its place in the namespace
   * @param generation which write of this block it is, from 1
   */
  public void write(MemorySegment data, long at, long lba, int generation) {
    write(data, at, lba, generation, identity);
  }

  private void write(MemorySegment data, long at, long lba, int generation, Identity who) {
    if (checksum == null) {
      filling.fill(data, at, 0, lba, generation);
      return;
    }
    filling.fill(data, at, Stamp.BYTES, lba, generation);
    Stamp.write(data, at, checksum.method(), who, lba, generation);
    int covered = blockBytes - Stamp.CHECKSUM_BYTES;
    checksum.write(data, at + Stamp.CHECKSUM_BYTES, covered, at + Stamp.CHECKSUM);
  }

  /**
   * Judges a block.
   *
   * @param data what was read; borrowed
   * @param at first byte
   * @param lba where it was read
   * @param floor the oldest generation that it may show; 0 if it may never have been written, and
   *     then whatever somebody else left there is right
   * @param newest the newest generation that it may show, or {@link #ANY_GENERATION} if nobody
   *     remembers what was written; then any writer's is right too
   * @return what is wrong, or null
   */
  public @Nullable Finding check(MemorySegment data, long at, long lba, int floor, int newest) {
    if (checksum == null) {
      return floor == 0 ? null : checkPattern(data, at, lba);
    }
    if (!Stamp.present(data, at)) {
      return floor == 0 ? null : unstamped(data, at, lba, floor, newest);
    }
    if (Stamp.method(data, at) != checksum.method()) {
      return floor == 0
          ? null
          : finding(Finding.Kind.FOREIGN, lba, "its stamp has another kind of checksum");
    }
    int covered = blockBytes - Stamp.CHECKSUM_BYTES;
    if (!checksum.matches(data, at + Stamp.CHECKSUM_BYTES, covered, at + Stamp.CHECKSUM)) {
      return broken(data, at, lba, floor, newest);
    }
    if (Stamp.nsid(data, at) != identity.nsid() || Stamp.lba(data, at) != lba) {
      return finding(
          Finding.Kind.MISPLACED,
          lba,
          "it holds block %d of namespace %d, generation %d"
              .formatted(Stamp.lba(data, at), Stamp.nsid(data, at), Stamp.generation(data, at)));
    }
    if (newest == ANY_GENERATION) {
      return null;
    }
    if (!ours(data, at)) {
      return floor == 0 ? null : finding(Finding.Kind.FOREIGN, lba, writerOf(data, at));
    }
    int generation = Stamp.generation(data, at);
    if (generation < floor) {
      return finding(
          Finding.Kind.STALE,
          lba,
          "it holds generation %d, and %d was acknowledged".formatted(generation, floor));
    }
    if (generation > newest) {
      return finding(
          Finding.Kind.FOREIGN,
          lba,
          "it holds generation %d, and nothing after %d was written".formatted(generation, newest));
    }
    return null;
  }

  /** The generation that a right block shows; 0 if it bears no stamp of this writer. */
  public int generation(MemorySegment data, long at) {
    return checksum != null && Stamp.present(data, at) && ours(data, at)
        ? Stamp.generation(data, at)
        : 0;
  }

  private boolean ours(MemorySegment data, long at) {
    return Stamp.seed(data, at) == identity.seed() && Stamp.writer(data, at) == identity.writer();
  }

  private static String writerOf(MemorySegment data, long at) {
    return "it was written by job %d of a run with seed %d, generation %d"
        .formatted(Stamp.writer(data, at), Stamp.seed(data, at), Stamp.generation(data, at));
  }

  private @Nullable Finding checkPattern(MemorySegment data, long at, long lba) {
    filling.fill(scratch, 0, 0, lba, 0);
    long wrong = MemorySegment.mismatch(scratch, 0, blockBytes, data, at, at + blockBytes);
    if (wrong < 0) {
      return null;
    }
    if (zeros(data, at, 0)) {
      return finding(Finding.Kind.LOST, lba, "it holds zeros");
    }
    return finding(Finding.Kind.CORRUPT, lba, difference(data, at, wrong));
  }

  private String difference(MemorySegment data, long at, long wrong) {
    return "byte %d is 0x%02x and must be 0x%02x"
        .formatted(
            wrong,
            data.get(ValueLayout.JAVA_BYTE, at + wrong),
            scratch.get(ValueLayout.JAVA_BYTE, wrong));
  }

  private Finding unstamped(MemorySegment data, long at, long lba, int floor, int newest) {
    if (zeros(data, at, 0)) {
      return finding(Finding.Kind.LOST, lba, expected(floor, newest) + ", and it holds zeros");
    }
    int part = generationFrom(data, at, blockBytes - ENOUGH_BYTES, lba, floor, newest, 0);
    if (part > 0) {
      return finding(
          Finding.Kind.TORN, lba, "it has no stamp, and ends as generation %d".formatted(part));
    }
    return finding(Finding.Kind.FOREIGN, lba, "it bears no stamp");
  }

  private static String expected(int floor, int newest) {
    return newest == ANY_GENERATION
        ? "it was to be written"
        : "generation %d was acknowledged".formatted(floor);
  }

  // The stamp is there and the checksum is not that of the block.
  private Finding broken(MemorySegment data, long at, long lba, int floor, int newest) {
    if (!ours(data, at) && newest != ANY_GENERATION) {
      return finding(Finding.Kind.FOREIGN, lba, "its checksum is wrong, and " + writerOf(data, at));
    }
    int shown = Stamp.generation(data, at);
    var who = new Identity(Stamp.nsid(data, at), Stamp.seed(data, at), Stamp.writer(data, at));
    write(scratch, 0, Stamp.lba(data, at), shown, who);
    // What the stamp says is believed; the checksum itself may be what is wrong.
    int body = Stamp.BYTES;
    long wrong =
        MemorySegment.mismatch(scratch, body, blockBytes, data, at + body, at + blockBytes);
    if (wrong < 0) {
      return finding(Finding.Kind.CORRUPT, lba, "the checksum in its stamp is wrong");
    }
    int from = body + (int) wrong;
    String is = difference(data, at, from);
    if (zeros(data, at, from)) {
      return torn(lba, from, shown, "zeros");
    }
    int other = generationFrom(data, at, from, lba, floor, newest, shown);
    return other > 0
        ? torn(lba, from, shown, "generation " + other)
        : finding(Finding.Kind.CORRUPT, lba, is);
  }

  private Finding torn(long lba, int from, int shown, String rest) {
    return finding(
        Finding.Kind.TORN,
        lba,
        "up to byte %d it is generation %d, from there on %s".formatted(from - 1, shown, rest));
  }

  // Whose content stands from a byte on, of the generations that may be there and a few before.
  private int generationFrom(
      MemorySegment data, long at, int from, long lba, int floor, int newest, int not) {
    int first = newest == ANY_GENERATION ? not + 1 : newest;
    int last = Math.max(1, Math.min(floor, not == 0 ? floor : not) - GENERATIONS_TRIED);
    int length = Math.min(ENOUGH_BYTES, blockBytes - from);
    for (int generation = first; generation >= last; generation--) {
      if (generation != not) {
        filling.fill(scratch, 0, Stamp.BYTES, lba, generation);
        if (MemorySegment.mismatch(
                scratch, from, from + length, data, at + from, at + from + length)
            < 0) {
          return generation;
        }
      }
    }
    return 0;
  }

  private boolean zeros(MemorySegment data, long at, int from) {
    for (long i = at + from; i < at + blockBytes; i++) {
      if (data.get(ValueLayout.JAVA_BYTE, i) != 0) {
        return false;
      }
    }
    return true;
  }

  private Finding finding(Finding.Kind kind, long lba, String detail) {
    return new Finding(kind, identity.nsid(), lba, detail);
  }
}
