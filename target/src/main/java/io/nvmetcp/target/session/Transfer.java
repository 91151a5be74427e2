package io.nvmetcp.target.session;

import org.jspecify.annotations.Nullable;

/**
 * What one R2T asks for, from when its turn came until all of it is here. Reused; confined to the
 * session's thread.
 */
final class Transfer {
  private final int index;
  int generation;
  @Nullable CommandSlot slot;
  int offset;
  int length;
  int received;
  // The R2T has left: before that the host can't know the tag.
  boolean sent;

  Transfer(int index) {
    this.index = index;
  }

  int index() {
    return index;
  }

  /** Where in the command's data the next H2CData starts. */
  int nextOffset() {
    return offset + received;
  }

  int left() {
    return length - received;
  }
}
