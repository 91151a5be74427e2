package io.nvmetcp.cli;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.target.schedule.SchedulePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the demo was asked for, checked.
 *
 * @param duration of all reading together
 * @param blockSizes bytes of a read, each in turn
 * @param depth reads outstanding per queue
 * @param queues I/O queues
 * @param policy order of responses
 * @param device placing device
 * @param teardown when buffers are unmapped
 * @param retries how often a failed read or write is sent again
 * @param headerDigest header digests are asked for
 * @param dataDigest data digests are asked for
 * @param transport which transport
 * @param congestion TCP congestion control of both sides; empty for the system's
 * @param file an existing file to serve, or null for a temporary one
 * @param write the existing file may be overwritten
 * @param sizeBytes size of a namespace that is made
 * @param blockBytes logical block size
 * @param port TCP port or 0
 * @param seed decides content and order
 */
record DemoSettings(
    Duration duration,
    List<Integer> blockSizes,
    int depth,
    int queues,
    SchedulePolicy policy,
    DeviceSpec device,
    TeardownMode teardown,
    int retries,
    boolean headerDigest,
    boolean dataDigest,
    TransportChoice transport,
    String congestion,
    @Nullable Path file,
    boolean write,
    long sizeBytes,
    int blockBytes,
    int port,
    long seed) {}
