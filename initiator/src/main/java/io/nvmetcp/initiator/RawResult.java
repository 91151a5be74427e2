package io.nvmetcp.initiator;

import io.vertx.core.buffer.Buffer;

/**
 * What a {@link RawCommand} brought.
 *
 * @param result dwords 0 and 1 of the completion
 * @param data what was received; empty if that went into registered memory, or if there was none
 */
public record RawResult(long result, Buffer data) {
  /** Dword 0, unsigned. */
  public long dword0() {
    return result & 0xFFFF_FFFFL;
  }

  /** Dword 1, unsigned. */
  public long dword1() {
    return result >>> 32;
  }
}
