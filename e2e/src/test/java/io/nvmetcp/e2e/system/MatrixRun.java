package io.nvmetcp.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.ExpectedContent;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.TargetOptions.Success;
import io.nvmetcp.target.TargetStatistics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;

/**
 * One cell at work: a namespace in memory and one in a file are filled, read at random places and
 * compared byte for byte; the counters are kept for {@link MatrixChecks}.
 *
 * @param cell what was run
 * @param written counts when the namespaces were filled
 * @param memoryRead counts when that in memory was read
 * @param host counts at the end
 * @param target the target's counts at the end
 * @param bytesRead bytes that reads asked for
 * @param liveRegions regions that did not come back
 */
record MatrixRun(
    MatrixCell cell,
    InitiatorStatistics written,
    InitiatorStatistics memoryRead,
    InitiatorStatistics host,
    TargetStatistics target,
    long bytesRead,
    int liveRegions) {
  static final int NAMESPACE_BYTES = 1 << 20;
  private static final int MEMORY = 1;
  private static final int FILE = 2;
  private static final long SEED = 20_26;

  /**
   * Runs a cell.
   *
   * @param targetVertx with an event loop for each queue
   * @param hostVertx with an event loop for each queue
   * @param file overwritten
   */
  static MatrixRun of(MatrixCell cell, Vertx targetVertx, Vertx hostVertx, Path file)
      throws Exception {
    clear(file);
    Pair pair =
        new Pair(
            targetVertx,
            hostVertx,
            target(cell),
            host(cell),
            List.of(
                NamespaceOptions.memory(MEMORY, NAMESPACE_BYTES).setBlockBytes(cell.blockBytes()),
                NamespaceOptions.file(FILE, file, false).setBlockBytes(cell.blockBytes())));
    Region region = pair.initiator().regions().register(Batch.REGION_BYTES);
    InitiatorStatistics written;
    InitiatorStatistics memoryRead;
    long bytesRead;
    try (pair;
        ExpectedContent inMemory = content(MEMORY, cell);
        ExpectedContent inFile = content(FILE, cell)) {
      Batch memory = new Batch(pair, region, MEMORY, inMemory, cell.blockBytes(), SEED);
      Batch other = new Batch(pair, region, FILE, inFile, cell.blockBytes(), SEED + 1);
      assertThat(pair.controller().info().headerDigest()).isEqualTo(cell.hdgst());
      assertThat(pair.controller().info().dataDigest()).isEqualTo(cell.ddgst());
      assertThat(pair.controller().info().channel()).isEqualTo(cell.transport().channel());
      assertThat(pair.controller().contexts()).hasSize(cell.queues());
      memory.fill();
      other.fill();
      written = pair.statistics();
      memory.readAndVerify();
      memoryRead = pair.statistics();
      other.readAndVerify();
      bytesRead = memory.bytesRead() + other.bytesRead();
    } finally {
      region.close();
    }
    return new MatrixRun(
        cell,
        written,
        memoryRead,
        pair.statistics(),
        pair.target().statistics(),
        bytesRead,
        pair.initiator().regions().liveRegions());
  }

  private static void clear(Path file) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(0);
      access.setLength(NAMESPACE_BYTES);
    }
  }

  private static ExpectedContent content(int nsid, MatrixCell cell) {
    return ExpectedContent.generated(SEED, nsid, NAMESPACE_BYTES, cell.blockBytes());
  }

  private static TargetOptions target(MatrixCell cell) {
    return new TargetOptions()
        .setEventLoops(cell.queues())
        .setPolicy(cell.policy())
        // A response of its own comes after the last byte; the SUCCESS flag comes with it, and
        // leaves no time to be torn down in between.
        .setSuccess(cell.teardown() == TeardownMode.EAGER ? Success.NEVER : Success.AUTO);
  }

  private static InitiatorOptions host(MatrixCell cell) {
    return new InitiatorOptions()
        .setIoQueues(cell.queues())
        .setHeaderDigest(cell.hdgst())
        .setDataDigest(cell.ddgst())
        .setDevice(DeviceSpec.parse(cell.device()))
        .setTeardownMode(cell.teardown());
  }

  /** Answers to the reads of memory that moved by so many places: the policy's work alone. */
  long displaced(int places) {
    return memoryRead.displaced(places) - written.displaced(places);
  }

  /** Commands that read, of both namespaces. */
  long reads() {
    return host.completed() - written.completed();
  }

  /** Answers to the reads of memory. */
  long answers() {
    return memoryRead.completed() - written.completed();
  }
}
