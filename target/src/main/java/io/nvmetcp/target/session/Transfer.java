package io.nvmetcp.target.session;

import org.jspecify.annotations.Nullable;

/** What one R2T asked for, while it is outstanding. Reused; confined to the session's thread. */
final class Transfer {
  private final int index;
  int generation;
  @Nullable CommandSlot slot;
  int offset;
  int length;
  int received;

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
