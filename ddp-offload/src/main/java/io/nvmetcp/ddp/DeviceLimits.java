package io.nvmetcp.ddp;

/**
 * What a device can take.
 *
 * @param maxQueues queues at a time
 * @param maxSegments segments of one buffer
 * @param maxIoBytes bytes of one buffer
 * @param thresholdBytes buffers below this are not worth a mapping
 */
public record DeviceLimits(int maxQueues, int maxSegments, long maxIoBytes, int thresholdBytes) {}
