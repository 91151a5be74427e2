package io.nvmetcp.ddp.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What all placing devices do alike: admit queues, refuse them, go down and come back. */
public abstract class BaseDevice implements DdpDevice {
  private final String name;
  private final DeviceLimits limits;
  private final Capabilities capabilities;
  private final Voucher voucher;
  private final RegionRegistry registry;

  // In the order in which they were added, so that all are told in an order that can be repeated.
  @GuardedBy("this")
  private final Map<DdpQueue, UpperLayer> queues = new LinkedHashMap<>();

  // Refused because the device was down; they are told when it is up.
  @GuardedBy("this")
  private final Map<DdpQueue, UpperLayer> waiting = new LinkedHashMap<>();

  @GuardedBy("this")
  private boolean down;

  /** A device that is up and wanted for all it can. */
  protected BaseDevice(
      String name,
      DeviceLimits limits,
      Set<Capability> hardware,
      Voucher voucher,
      RegionRegistry registry) {
    this.name = name;
    this.limits = limits;
    capabilities = new Capabilities(hardware);
    this.voucher = voucher;
    this.registry = registry;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final DeviceLimits limits() {
    return limits;
  }

  @Override
  public final Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public final Voucher voucher() {
    return voucher;
  }

  /** Gives staging memory. */
  protected final RegionRegistry registry() {
    return registry;
  }

  /** Makes a queue that was admitted. */
  protected abstract BaseQueue newQueue(QueueConfig config, Framing framing, UpperLayer upper);

  @Override
  public final synchronized DdpQueue addQueue(
      QueueConfig config, Framing framing, UpperLayer upper) {
    if (down || queues.size() >= limits.maxQueues()) {
      PassThroughQueue refused = new PassThroughQueue(config, upper, registry);
      refused.counters().increment(DdpCounter.QUEUE_ADD_FAIL);
      if (down) {
        waiting.put(refused, upper);
        refused.whenDeleted(() -> remove(refused));
      }
      return refused;
    }
    BaseQueue queue = newQueue(config, framing, upper);
    queue.counters().increment(DdpCounter.QUEUE_ADD);
    queues.put(queue, upper);
    queue.whenDeleted(() -> remove(queue));
    return queue;
  }

  private synchronized void remove(DdpQueue queue) {
    queues.remove(queue);
    waiting.remove(queue);
  }

  /** Queues at this moment. */
  public final synchronized int queues() {
    return queues.size();
  }

  @Override
  public final void down() {
    List<UpperLayer> told;
    synchronized (this) {
      if (down) {
        return;
      }
      down = true;
      capabilities.up(false);
      told = List.copyOf(queues.values());
    }
    told.forEach(UpperLayer::deviceDown);
  }

  @Override
  public final void up() {
    List<UpperLayer> told;
    synchronized (this) {
      if (!down) {
        return;
      }
      down = false;
      capabilities.up(true);
      told = List.copyOf(waiting.values());
      waiting.clear();
    }
    told.forEach(UpperLayer::deviceUp);
  }
}
