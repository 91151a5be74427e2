package io.nvmetcp.loadgen.verify;

/**
 * A block that is not what it must be.
 *
 * @param kind what is wrong
 * @param nsid namespace in which it was read
 * @param lba where it was read
 * @param detail what was expected and what was found, in words
 */
public record Finding(Kind kind, long nsid, long lba, String detail) {
  /** What can be wrong with a block. */
  public enum Kind {
    /** It was written, and holds no trace of that. */
    LOST,
    /** It holds what was written before the last write that was acknowledged. */
    STALE,
    /** It is made of parts of several writes. */
    TORN,
    /** It belongs to another place. */
    MISPLACED,
    /** Somebody else wrote it. */
    FOREIGN,
    /** Its stamp is right and its content is not. */
    CORRUPT
  }

  @Override
  public String toString() {
    return "%s: namespace %d, block %d: %s"
        .formatted(kind.name().toLowerCase(java.util.Locale.ROOT), nsid, lba, detail);
  }
}
