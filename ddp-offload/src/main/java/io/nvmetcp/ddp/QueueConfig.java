package io.nvmetcp.ddp;

/**
 * What a device is told of a queue when it is added.
 *
 * @param entries commands outstanding at most
 * @param dataDigest payloads carry a CRC32C data digest
 * @param teardown when teardowns start
 */
public record QueueConfig(int entries, boolean dataDigest, TeardownMode teardown) {}
