package io.nvmetcp.initiator.offload;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.initiator.queue.QueueConfiguration;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.pdu.Negotiated;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection's place on a placing device: takes it after the handshake, leaves it when the device
 * goes down, and asks for it again when it is back. The connection lives on meanwhile, and every
 * command with it: what was mapped is torn down, and its data copied. Confined to the queue's event
 * loop.
 */
public final class DeviceSeat {
  /** Where queues are added. */
  public interface Device {
    /** As {@link io.nvmetcp.ddp.DdpDevice#addQueue}. */
    DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper);
  }

  private final QueuePair pair;
  private final QueueConfiguration configuration;
  private final Device device;
  private final TeardownMode mode;
  private final UpperLayer upper;
  // What queues counted that are gone.
  private final DdpCounters past = new DdpCounters();
  private Consumer<DdpQueue> reader = added -> {};
  private DdpQueue queue;
  private @Nullable Negotiated negotiated;
  private boolean changeWanted;

  /**
   * Until the handshake is done nothing is placed.
   *
   * @param pair gets each queue
   * @param mode when mappings are torn down
   * @param registry memory to read into until then
   * @param upper told what a device tells
   */
  public DeviceSeat(
      QueuePair pair,
      QueueConfiguration configuration,
      Device device,
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

  /** Told of each queue that is added: the socket is read into the windows of that from then on. */
  public void reader(Consumer<DdpQueue> told) {
    reader = told;
  }

  /** The queue of the moment. */
  public DdpQueue queue() {
    return queue;
  }

  /** The handshake is done: adds the queue. Not within a run of the old one. */
  public void take(Negotiated agreed) {
    negotiated = agreed;
    add(agreed);
  }

  private void add(Negotiated agreed) {
    // First of all, so that a device that is full has a place again.
    queue.delete();
    QueueConfig config = new QueueConfig(configuration.entries(), agreed.dataDigest(), mode);
    queue = device.addQueue(config, new NvmeTcpFraming(agreed, configuration.engine()), upper);
    pair.attach(queue);
    reader.accept(queue);
  }

  /** The device went down, or came back: the queue is added anew at the next {@link #settle}. */
  public void changed() {
    changeWanted = true;
  }

  /**
   * Adds the queue anew, if that is wanted and the stream stands between two PDUs, where the new
   * queue can start; else a later call will. Not within a run.
   */
  public void settle() {
    Negotiated agreed = negotiated;
    if (changeWanted && agreed != null && !queue.deleted() && pair.atBoundary()) {
      changeWanted = false;
      DdpQueue old = queue;
      add(agreed);
      past.addAll(old.counters());
    }
  }

  /** What was counted, by all queues so far. */
  public DdpCounters counters() {
    DdpCounters all = past.snapshot();
    all.addAll(queue.counters());
    return all;
  }
}
