package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.cover.WatchedQueue;
import io.nvmetcp.e2e.sim.ground.Moments;
import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.initiator.offload.NvmeTcpFraming;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.pdu.Negotiated;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The device's queue of a connection, which is added, deleted and added again. */
final class Seat {
  // Those that whoever lies in wait is told of.
  private static final List<Machine> TOLD =
      List.of(Machine.MAPPING, Machine.ATTENTION, Machine.SYNC, Machine.TRACKER);

  private final Coverage coverage;
  private final QueuePair pair;
  private final QueueConfiguration configuration;
  private final DdpDevice device;
  private final TeardownMode mode;
  private final UpperLayer upper;
  private final DdpCounters past = new DdpCounters();
  private DdpQueue queue;
  private @Nullable Negotiated negotiated;
  private boolean changeWanted;

  Seat(
      Coverage coverage,
      QueuePair pair,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode mode,
      RegionRegistry registry,
      UpperLayer upper) {
    this.coverage = coverage;
    this.pair = pair;
    this.configuration = configuration;
    this.device = device;
    this.mode = mode;
    this.upper = upper;
    queue =
        new PassThroughQueue(
            new QueueConfig(configuration.entries(), false, mode), upper, registry);
    pair.attach(queue);
  }

  /** The queue of the moment. */
  DdpQueue queue() {
    return queue;
  }

  /** The handshake is done: adds the queue. Not within a run of the old one. */
  void take(Negotiated agreed, Windows windows) {
    negotiated = agreed;
    add(agreed, windows);
  }

  private void add(Negotiated agreed, Windows windows) {
    // First of all, so that a device that is full has a place again.
    queue.delete();
    QueueConfig config = new QueueConfig(configuration.entries(), agreed.dataDigest(), mode);
    NvmeTcpFraming framing = new NvmeTcpFraming(agreed, configuration.engine());
    queue = WatchedQueue.add(coverage, device, config, framing, upper);
    pair.attach(queue);
    windows.queue(queue);
  }

  /** The device went down, or came back. */
  void changed() {
    changeWanted = true;
  }

  /** Adds the queue anew, if that is wanted and the stream stands between two PDUs. */
  void settle(Windows windows) {
    Negotiated agreed = negotiated;
    if (changeWanted && agreed != null && !queue.deleted() && pair.atBoundary()) {
      changeWanted = false;
      DdpQueue old = queue;
      add(agreed, windows);
      past.addAll(old.counters());
    }
  }

  /** Says which states the device's machines are in, after a read. */
  void tell(Moments moments, Wire wire) {
    if (moments.watched() && queue instanceof WatchedQueue watched) {
      for (Machine machine : TOLD) {
        moments.tell(machine, watched.states(machine), wire);
      }
    }
  }

  /** What was counted, by all queues so far. */
  DdpCounters counters() {
    DdpCounters all = past.snapshot();
    all.addAll(queue.counters());
    return all;
  }
}
