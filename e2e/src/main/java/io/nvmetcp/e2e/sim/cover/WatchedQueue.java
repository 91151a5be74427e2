package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.Framing;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounters;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a device's queue and those who use it, on both sides, and lets everything pass:
 * each call, and each thing that the device tells, is something that happens to its machines.
 */
public final class WatchedQueue implements DdpQueue, UpperLayer {
  private final UpperLayer upper;
  private @Nullable DdpQueue real;
  private @Nullable QueueWatch watch;

  private WatchedQueue(UpperLayer upper) {
    this.upper = upper;
  }

  /** Adds a queue to a device. */
  public static DdpQueue add(
      Coverage coverage, DdpDevice device, QueueConfig config, Framing framing, UpperLayer upper) {
    DeviceWatch state = new DeviceWatch(coverage, device);
    int before = state.state();
    WatchedQueue watched = new WatchedQueue(upper);
    DdpQueue real = device.addQueue(config, framing, watched);
    state.visit(before, real.offloaded() ? Event.QUEUE_ADDED : Event.QUEUE_REFUSED);
    watched.real = real;
    watched.watch = QueueWatch.of(coverage, real);
    return watched;
  }

  /**
   * Which states of a machine are taken now, a bit for each; none if the queue has no such machine,
   * or is deleted.
   *
   * @param machine one of those of a device's queue
   */
  public long states(Machine machine) {
    return deleted() ? 0 : watch().states(machine);
  }

  private DdpQueue real() {
    DdpQueue queue = real;
    if (queue == null) {
      throw new IllegalStateException("the device uses a queue before it is added");
    }
    return queue;
  }

  private QueueWatch watch() {
    QueueWatch machines = watch;
    if (machines == null) {
      throw new IllegalStateException("the device uses a queue before it is added");
    }
    return machines;
  }

  // ---- the queue

  @Override
  public boolean offloaded() {
    return real().offloaded();
  }

  @Override
  public SetupResult setup(int tag, Region region, long offset, int length) {
    watch().beforeSetup(tag);
    SetupResult result = real().setup(tag, region, offset, length);
    watch().afterSetup(tag, result);
    return result;
  }

  @Override
  public SetupResult setup(int tag, ScatterList buffer) {
    watch().beforeSetup(tag);
    SetupResult result = real().setup(tag, buffer);
    watch().afterSetup(tag, result);
    return result;
  }

  @Override
  public void headerAt(long position) {
    watch().beforeAnswer();
    real().headerAt(position);
    watch().afterAnswer();
  }

  @Override
  public @Nullable Crc32cDigest transmitDigest() {
    return real().transmitDigest();
  }

  @Override
  public void teardown(int tag) {
    watch().beforeTeardown(tag);
    real().teardown(tag);
    watch().afterTeardown(tag);
  }

  @Override
  public ReadWindow nextWindow() {
    watch().window(Event.WINDOW);
    ReadWindow window = real().nextWindow();
    watch().lent();
    return window;
  }

  @Override
  public int wantedBytes() {
    return real().wantedBytes();
  }

  @Override
  public void received(int bytes) {
    watch().window(Event.BYTES);
    watch().windowOfBuffer(Event.PLACED);
    real().received(bytes);
  }

  @Override
  public void windowReturned() {
    watch().window(Event.WINDOW_RETURNED);
    watch().windowOfBuffer(Event.WINDOW_RETURNED);
    real().windowReturned();
  }

  @Override
  public void stream(MemorySegment bytes, long offset, int length) {
    watch().window(Event.STREAM);
    real().stream(bytes, offset, length);
  }

  @Override
  public boolean poll() {
    boolean more = real().poll();
    if (more) {
      watch().stillReporting();
    }
    return more;
  }

  @Override
  public int liveMappings() {
    return real().liveMappings();
  }

  @Override
  public DdpCounters counters() {
    return real().counters();
  }

  @Override
  public void delete() {
    if (!real().deleted()) {
      watch().deleting();
    }
    real().delete();
  }

  @Override
  public boolean deleted() {
    return real().deleted();
  }

  // ---- what the device tells

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    watch().run(placed);
    upper.run(bytes, offset, length, placed, crcOk);
  }

  @Override
  public void teardownDone(int tag) {
    watch().reported(tag);
    upper.teardownDone(tag);
  }

  @Override
  public void headerAsked(long position) {
    watch().asked();
    upper.headerAsked(position);
  }

  @Override
  public int toBoundary() {
    return upper.toBoundary();
  }

  @Override
  public void deviceDown() {
    upper.deviceDown();
  }

  @Override
  public void deviceUp() {
    upper.deviceUp();
  }
}
