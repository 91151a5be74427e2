package io.nvmetcp.ddp;

/**
 * What a device can take.
 *
 * @param maxQueues queues at a time
 * @param maxSegments segments of one buffer
 * @param maxIoBytes bytes of one buffer
 * @param thresholdBytes buffers below this are not worth a mapping
 * @param maxTags mappings of one queue at a time
 * @param fullTagRange any 16-bit value can be a tag; else only those below the queue's entries
 */
public record DeviceLimits(
    int maxQueues,
    int maxSegments,
    long maxIoBytes,
    int thresholdBytes,
    int maxTags,
    boolean fullTagRange) {

  /** Limits of a device that takes every tag, as many as a queue has entries. */
  public DeviceLimits(int maxQueues, int maxSegments, long maxIoBytes, int thresholdBytes) {
    this(maxQueues, maxSegments, maxIoBytes, thresholdBytes, Integer.MAX_VALUE, true);
  }

  /**
   * The most that one I/O should ask for so that the device can take it, out of {@code bytes}; all
   * of it if the device takes nothing.
   */
  public long bound(long bytes) {
    return maxQueues == 0 || maxSegments == 0 ? bytes : Math.min(bytes, maxIoBytes);
  }
}
