package io.nvmetcp.ddp;

import io.nvmetcp.ddp.memory.Region;

/**
 * Where the next read of a socket goes: {@code length} bytes of {@code region} from {@code offset}.
 * One object per queue, filled anew each time.
 */
public final class ReadWindow {
  private Region region;
  private long offset;
  private int length;
  private boolean direct;

  /**
   * @param region what the window shows until it is filled
   */
  public ReadWindow(Region region) {
    this.region = region;
  }

  /** Points the window at a range. */
  public void set(Region newRegion, long newOffset, int newLength, boolean isDirect) {
    region = newRegion;
    offset = newOffset;
    length = newLength;
    direct = isDirect;
  }

  /** The region. */
  public Region region() {
    return region;
  }

  /** First byte in the region. */
  public long offset() {
    return offset;
  }

  /** Bytes that may arrive. */
  public int length() {
    return length;
  }

  /** True if the window is a command's buffer, false if it is the queue's staging memory. */
  public boolean direct() {
    return direct;
  }
}
