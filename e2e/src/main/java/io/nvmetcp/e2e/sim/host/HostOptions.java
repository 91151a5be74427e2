package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.health.ReconnectPolicy;
import java.util.function.Function;

/**
 * What a host is like.
 *
 * @param ioQueues I/O queues that it asks for
 * @param entries of an I/O queue, a power of two
 * @param headerDigest it asks for header digests
 * @param dataDigest it asks for data digests
 * @param hpda HPDA
 * @param maxR2t MAXR2T, 0-based
 * @param disableFlowControl it asks to disable SQ flow control
 * @param katoMillis keep-alive timeout; 0 for none
 * @param commandTimeoutNs time limit of an I/O command; 0 for none
 * @param adminTimeoutNs time limit of an admin command; 0 for none
 * @param abortTimeoutNs what an abort may take
 * @param connectTimeoutNs bound on a connect, and on a shutdown
 * @param waitingCommands commands that may wait for a slot, per queue
 * @param copyMemoryBytes memory through which data is copied that lies elsewhere
 * @param teardown when mappings are torn down
 * @param postsReads windows are posted, as io_uring has it
 * @param device makes the placing device of its I/O queues
 * @param reconnect what it does about a lost association
 * @param firstDelayNs the first back-off
 * @param maxDelayNs the longest back-off
 * @param commandsWait commands wait while there is no association
 * @param replayReads reads that were lost are sent again
 * @param replayWrites writes that were lost are sent again, after the quiesce
 * @param quiesceMarginNs what is added to the quiesce
 * @param retries how often a command that failed is sent again
 * @param maxLoopDelayNs what a task of its loops waits at most
 */
public record HostOptions(
    int ioQueues,
    int entries,
    boolean headerDigest,
    boolean dataDigest,
    int hpda,
    long maxR2t,
    boolean disableFlowControl,
    long katoMillis,
    long commandTimeoutNs,
    long adminTimeoutNs,
    long abortTimeoutNs,
    long connectTimeoutNs,
    int waitingCommands,
    long copyMemoryBytes,
    TeardownMode teardown,
    boolean postsReads,
    Function<RegionRegistry, DdpDevice> device,
    ReconnectPolicy reconnect,
    long firstDelayNs,
    long maxDelayNs,
    boolean commandsWait,
    boolean replayReads,
    boolean replayWrites,
    long quiesceMarginNs,
    int retries,
    long maxLoopDelayNs) {
  private static final int SOME_KATO_MILLIS = 500;
  private static final long SOME_LIMIT_NS = 300_000_000;

  /** The same, where every command has a time limit and silence is noticed. */
  public HostOptions withTimeLimits() {
    return withTimeLimits(ioQueues);
  }

  /**
   * The same for an association that lasts with a discovery controller, which has no I/O queues.
   */
  public HostOptions forDiscovery() {
    return withTimeLimits(0);
  }

  private HostOptions withTimeLimits(int queues) {
    return new HostOptions(
        queues,
        entries,
        headerDigest,
        dataDigest,
        hpda,
        maxR2t,
        disableFlowControl,
        katoMillis == 0 ? SOME_KATO_MILLIS : katoMillis,
        commandTimeoutNs == 0 ? SOME_LIMIT_NS : commandTimeoutNs,
        adminTimeoutNs == 0 ? SOME_LIMIT_NS : adminTimeoutNs,
        abortTimeoutNs,
        connectTimeoutNs,
        waitingCommands,
        copyMemoryBytes,
        teardown,
        postsReads,
        device,
        reconnect,
        firstDelayNs,
        maxDelayNs,
        commandsWait,
        replayReads,
        replayWrites,
        quiesceMarginNs,
        retries,
        maxLoopDelayNs);
  }
}
