package io.nvmetcp.initiator;

import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.socket.ChannelWindows;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.initiator.offload.NvmeTcpFraming;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.pdu.Negotiated;
import org.jspecify.annotations.Nullable;

/**
 * A connection's place on a placing device: takes it after the handshake, leaves it when the device
 * goes down, and asks for it again when it is back. The connection lives on meanwhile, and every
 * command with it: what was mapped is torn down, and its data copied. Confined to the event loop.
 */
final class DeviceSeat {
  private final QueuePair pair;
  private final QueueConfiguration configuration;
  private final DdpDevice device;
  private final TeardownMode mode;
  private final UpperLayer upper;
  // What queues counted that are gone.
  private final DdpCounters past = new DdpCounters();
  private DdpQueue queue;
  private @Nullable Negotiated negotiated;
  private boolean changeWanted;

  DeviceSeat(
      QueuePair pair,
      QueueConfiguration configuration,
      DdpDevice device,
      TeardownMode mode,
      RegionRegistry registry,
      UpperLayer upper) {
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
  void take(Negotiated agreed, ChannelWindows windows) {
    negotiated = agreed;
    add(agreed, windows);
  }

  private void add(Negotiated agreed, ChannelWindows windows) {
    // First of all, so that a device that is full has a place again.
    queue.delete();
    QueueConfig config = new QueueConfig(configuration.entries(), agreed.dataDigest(), mode);
    queue = device.addQueue(config, new NvmeTcpFraming(agreed, configuration.engine()), upper);
    pair.attach(queue);
    windows.queue(queue);
  }

  /** The device went down, or came back: the queue is added anew at the next {@link #settle}. */
  void changed() {
    changeWanted = true;
  }

  /**
   * Adds the queue anew, if that is wanted and the stream stands between two PDUs, where the new
   * queue can start; else a later call will. Not within a run.
   */
  void settle(ChannelWindows windows) {
    Negotiated agreed = negotiated;
    if (changeWanted && agreed != null && !queue.deleted() && pair.atBoundary()) {
      changeWanted = false;
      DdpQueue old = queue;
      add(agreed, windows);
      past.addAll(old.counters());
    }
  }

  /** Adds what was counted to {@code statistics}. */
  void addTo(InitiatorStatistics statistics) {
    DdpCounters all = past.snapshot();
    all.addAll(queue.counters());
    statistics.add(all, pair.statistics(), pair.outstanding(), queue.liveMappings());
  }
}
