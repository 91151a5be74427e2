package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DeviceSpec;
import io.vertx.core.Future;

/** What load is put on: knows how to connect to it. */
public interface LoadTarget {
  /**
   * What jobs want of a connection.
   *
   * @param device who places payloads
   * @param hdgst header digests
   * @param ddgst data digests
   * @param polling event loops do not sleep while commands are outstanding
   * @param queues I/O queues
   * @param queueEntries entries of each queue, a power of two
   */
  record Wish(
      DeviceSpec device,
      boolean hdgst,
      boolean ddgst,
      boolean polling,
      int queues,
      int queueEntries) {}

  /**
   * A connection.
   *
   * @param controller connected; closed by whoever asked for it
   * @param regions registers the buffers
   * @param lateNs how long after a loss a command of the old association may still be carried out
   */
  record Link(Controller controller, RegionRegistry regions, long lateNs) {}

  /** Connects; fails with a sentence. */
  Future<Link> connect(Wish wish);
}
