package io.nvmetcp.initiator.queue;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.engine.PassThroughQueue;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.initiator.offload.NvmeTcpFraming;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** A queue pair on a device, a scripted controller at the other end, and the wire between them. */
final class QueueHarness implements QueueEvents, UpperLayer {
  /** Where payloads are placed. */
  enum Device {
    NONE,
    SOCKET,
    SIMULATED
  }

  /** How a command ended; {@code calls} has one line if it ended once. */
  static final class Outcome implements Completion {
    final List<String> calls = new ArrayList<>();
    int cid;
    Runnable then = () -> {};

    @Override
    public void completed(int status, long result) {
      calls.add(Status.isSuccess(status) ? "success" : "status %03Xh".formatted(status));
      then.run();
    }

    @Override
    public void notDelivered(String reason) {
      calls.add("not delivered: " + reason);
      then.run();
    }

    @Override
    public void lost(String reason) {
      calls.add("lost: " + reason);
      then.run();
    }

    @Override
    public String toString() {
      return String.join(" + ", calls);
    }
  }

  static final int REGION_BYTES = 256 * 1024;
  static final byte CANARY = 0x5A;

  final RegionRegistry registry = new RegionRegistry();
  final Region region = registry.register(REGION_BYTES);
  final WireSink wire = new WireSink();
  final ScriptedController controller;
  final List<String> events = new ArrayList<>();
  final QueuePair pair;
  int slotsFreed;
  int emissions;
  IntConsumer onTeardownDone = tag -> {};
  private final DdpDevice device;
  private final TeardownMode mode;
  private final QueueConfiguration configuration;
  private DdpQueue queue;

  QueueHarness(Device kind, boolean headerDigest, boolean dataDigest) {
    this(kind, headerDigest, dataDigest, TeardownMode.LAZY, 16, new ScriptedController());
  }

  QueueHarness(
      Device kind,
      boolean headerDigest,
      boolean dataDigest,
      TeardownMode mode,
      int entries,
      ScriptedController controller) {
    this(kind, new IcRequest(0, 0, headerDigest, dataDigest, 0), mode, entries, controller);
  }

  QueueHarness(
      Device kind,
      IcRequest request,
      TeardownMode mode,
      int entries,
      ScriptedController controller) {
    this.controller = controller;
    this.mode = mode;
    device =
        switch (kind) {
          case NONE -> new NoneDevice(registry);
          case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 512);
          case SIMULATED -> new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 7);
        };
    configuration = configuration(request, entries, device);
    pair = new QueuePair(configuration, wire, this);
    queue = new PassThroughQueue(new QueueConfig(entries, false, mode), this, registry);
    pair.attach(queue);
    region.segment().fill(CANARY);
  }

  /** A queue pair on a device of the test's own making. */
  QueueHarness(Function<RegionRegistry, DdpDevice> made, TeardownMode mode) {
    controller = new ScriptedController();
    this.mode = mode;
    device = made.apply(registry);
    configuration = configuration(new IcRequest(0, 0, false, true, 0), 16, device);
    pair = new QueuePair(configuration, wire, this);
    queue = new PassThroughQueue(new QueueConfig(16, false, mode), this, registry);
    pair.attach(queue);
    region.segment().fill(CANARY);
  }

  private static QueueConfiguration configuration(
      IcRequest request, int entries, DdpDevice device) {
    return new QueueConfiguration(
        1, entries, request, REGION_BYTES, JdkCrc32c.INSTANCE, device.voucher());
  }

  DdpDevice device() {
    return device;
  }

  /** A sending side that nothing was sent by, for what only needs to have one. */
  Outbound outbound() {
    return new Outbound(configuration.request(), JdkCrc32c.INSTANCE, wire, new DeviceLink(), pair);
  }

  /** Through ICReq and ICResp; with 4 KiB of in-capsule data and no flow control. */
  QueueHarness connected() {
    pair.initialize();
    exchange();
    pair.granted(4096, true);
    return this;
  }

  DdpQueue queue() {
    return queue;
  }

  /** Both directions until nothing moves. */
  void exchange() {
    byte[] out;
    byte[] in;
    do {
      out = flushWire();
      controller.accept(out);
      in = controller.take();
      deliver(in);
    } while (out.length > 0 || in.length > 0);
  }

  /** What the queue pair emitted leaves for good. */
  byte[] flushWire() {
    byte[] bytes = wire.take();
    pair.flushed();
    return bytes;
  }

  void deliver(byte[] bytes) {
    deliver(bytes, at -> Integer.MAX_VALUE);
  }

  /**
   * Does to the queue what a socket would: reads into its windows.
   *
   * @param most how much may come at a position of the stream
   */
  void deliver(byte[] bytes, IntUnaryOperator most) {
    int at = 0;
    while (at < bytes.length && !queue.deleted()) {
      at += deliverOnce(bytes, at, most.applyAsInt(at));
    }
    settle();
  }

  /** One read of at most so many bytes, after which nobody polls; tells how many it took. */
  int deliverOnce(byte[] bytes, int at, int most) {
    ReadWindow window = queue.nextWindow();
    int step = Math.min(window.length(), Math.min(bytes.length - at, most));
    MemorySegment.copy(
        bytes, at, window.region().segment(), ValueLayout.JAVA_BYTE, window.offset(), step);
    queue.received(step);
    return step;
  }

  void settle() {
    int turns = 0;
    while (queue.poll()) {
      if (++turns > 100) {
        throw new AssertionError("a teardown is never done");
      }
    }
  }

  Outcome read(long offset, int length) {
    return submit(IoOpcode.READ, Direction.READ, offset, length);
  }

  Outcome write(long offset, int length) {
    return submit(IoOpcode.WRITE, Direction.WRITE, offset, length);
  }

  Outcome flush() {
    return submit(IoOpcode.FLUSH, Direction.NONE, 0, 0);
  }

  Outcome submit(int opcode, Direction direction, long offset, int length) {
    Outcome outcome = new Outcome();
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, opcode, 0, 1);
    outcome.cid =
        pair.submit(
            sqe, direction, direction == Direction.NONE ? null : region, offset, length, outcome);
    return outcome;
  }

  /** What the region holds there. */
  byte[] bytes(long offset, int length) {
    return region.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
  }

  static byte[] pattern(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Ends everything and tells what is left registered; 0 is right. */
  int close() {
    pair.connectionLost("closed by the test");
    wire.releaseAll();
    region.close();
    return registry.liveRegions();
  }

  @Override
  public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
    pair.run(bytes, offset, length, placed, crcOk);
  }

  @Override
  public void teardownDone(int tag) {
    onTeardownDone.accept(tag);
    pair.teardownDone(tag);
  }

  @Override
  public void headerAsked(long position) {
    pair.headerAsked(position);
  }

  @Override
  public int toBoundary() {
    return pair.toBoundary();
  }

  @Override
  public void initialized(Negotiated negotiated) {
    events.add("initialized");
    // The shell does this once the run is over; nothing follows an ICResp, so it is the same here.
    DdpQueue old = queue;
    queue =
        device.addQueue(
            new QueueConfig(configuration.entries(), negotiated.dataDigest(), mode),
            new NvmeTcpFraming(negotiated, configuration.engine()),
            this);
    pair.attach(queue);
    old.delete();
  }

  @Override
  public void fault(ConnectionFault fault) {
    events.add("fault: " + fault.describe());
  }

  @Override
  public void terminated(TermRequest request) {
    events.add("terminated: " + request.describe());
  }

  @Override
  public void emitted() {
    emissions++;
  }

  @Override
  public void slotFree() {
    slotsFreed++;
  }
}
