package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.memory.RegionHolds;
import org.jspecify.annotations.Nullable;

/**
 * Tag to mapping. The low bits of a tag select the entry, the high bits are its generation: a tag
 * whose entry holds another generation is <i>stale</i>. Confined to one thread; allocates nothing
 * after construction.
 */
final class TagTable {
  private final Mapping[] entries;
  private final int mask;
  private int live;

  /** A table with at least {@code minimum} entries, rounded up to a power of two. */
  TagTable(int minimum) {
    int size = Math.max(2, Integer.highestOneBit(Math.max(1, minimum - 1)) << 1);
    entries = new Mapping[size];
    RegionHolds holds = new RegionHolds();
    for (int i = 0; i < size; i++) {
      entries[i] = new Mapping(holds);
    }
    mask = size - 1;
  }

  /** The entry that {@code tag} selects, whatever it holds. */
  Mapping entry(int tag) {
    return entries[tag & mask];
  }

  /** The mapping of exactly this tag that awaits data, or null. */
  @Nullable Mapping find(int tag) {
    Mapping mapping = entries[tag & mask];
    return mapping.state == Mapping.State.AWAIT_DATA && mapping.tag == tag ? mapping : null;
  }

  /** True if the entry of {@code tag} is in use by another generation. */
  boolean isStale(int tag) {
    Mapping mapping = entries[tag & mask];
    return mapping.state != Mapping.State.FREE && mapping.tag != tag;
  }

  void added() {
    live++;
  }

  void removed() {
    live--;
  }

  int live() {
    return live;
  }

  int size() {
    return entries.length;
  }

  Mapping at(int index) {
    return entries[index];
  }
}
