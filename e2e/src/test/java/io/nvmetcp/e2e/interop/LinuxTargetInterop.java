package io.nvmetcp.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.e2e.system.VerifiedLoad;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerEvent;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryResult;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.loadgen.ExpectedContent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our initiator on a Linux kernel's target. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LinuxTargetInterop {
  private static final int[] SIZES = {512, 4096, 4608, 16384, 65536, 131072, 524288, 1 << 20};
  private static final int SIZE_MIB = 32;
  private static final long SECONDS = 60;
  private static final long SEED = 20261126;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<ControllerEvent> events = new LinkedBlockingQueue<>();
  private LinuxTarget target;
  private NvmeInitiator initiator;
  private Controller controller;

  @BeforeAll
  void boot() throws Exception {
    target = LinuxTarget.boot(SIZE_MIB);
  }

  @AfterAll
  void end() throws Exception {
    if (target != null) {
      target.close();
    }
    await(vertx.close());
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (controller != null) {
      await(controller.close());
      controller = null;
    }
    assertThat(initiator.regions().liveRegions()).as("regions left over").isZero();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(SECONDS, TimeUnit.SECONDS);
  }

  private Namespace connect(InitiatorOptions options) throws Exception {
    initiator = NvmeInitiator.create(vertx, options.setIoQueues(2).setConnectTimeoutMillis(60_000));
    SubsystemAddress address = new SubsystemAddress("127.0.0.1", target.port(), LinuxTarget.NQN);
    controller = await(initiator.connect(address));
    events.clear();
    controller.events().handler(events::add);
    return controller.namespace(1).orElseThrow();
  }

  // The next event of a kind; others are passed over.
  private <E extends ControllerEvent> E next(Class<E> kind) throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      ControllerEvent event = events.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError("no %s within %d s".formatted(kind.getSimpleName(), SECONDS));
      }
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  private void awaitState(ControllerState state) throws InterruptedException {
    while (next(ControllerEvent.StateChanged.class).to() != state) {}
  }

  static Stream<Arguments> devicesAndDigests() {
    return Stream.of("none", "socket", "simulated:5")
        .flatMap(
            device ->
                Stream.of(
                    Arguments.of(device, false, false),
                    Arguments.of(device, true, false),
                    Arguments.of(device, false, true),
                    Arguments.of(device, true, true)));
  }

  @ParameterizedTest(name = "device {0}, header digest {1}, data digest {2}")
  @MethodSource("devicesAndDigests")
  void readsWhatItWrote(String device, boolean headerDigest, boolean dataDigest) throws Exception {
    Namespace namespace =
        connect(
            new InitiatorOptions()
                .setDevice(DeviceSpec.parse(device))
                .setHeaderDigest(headerDigest)
                .setDataDigest(dataDigest));
    assertThat(namespace.blockBytes()).isEqualTo(LinuxTarget.BLOCK_BYTES);
    assertThat(namespace.sizeBytes()).isEqualTo((long) SIZE_MIB << 20);
    assertThat(controller.contexts()).hasSize(2);
    ExpectedContent content =
        ExpectedContent.generated(
            SEED ^ device.hashCode(), 1, namespace.sizeBytes(), LinuxTarget.BLOCK_BYTES);
    Region region = initiator.regions().register(8 << 20);
    List<BufferSlice> buffers = cut(region);

    List<Long> places = places(buffers);
    List<Future<Void>> writes = new ArrayList<>();
    for (int i = 0; i < buffers.size(); i++) {
      BufferSlice buffer = buffers.get(i);
      content.copyTo(places.get(i), region.segment(), buffer.offset(), buffer.lengthBytes());
      writes.add(namespace.write(places.get(i) / LinuxTarget.BLOCK_BYTES, buffer));
    }
    await(Future.join(writes));
    await(namespace.flush());

    region.segment().fill((byte) 0x5A);
    List<Future<Void>> reads = new ArrayList<>();
    for (int i = buffers.size() - 1; i >= 0; i--) {
      reads.add(namespace.read(places.get(i) / LinuxTarget.BLOCK_BYTES, buffers.get(i)));
    }
    await(Future.join(reads));
    for (int i = 0; i < buffers.size(); i++) {
      BufferSlice buffer = buffers.get(i);
      assertThat(
              content.firstWrongByte(
                  places.get(i), region.segment(), buffer.offset(), buffer.lengthBytes()))
          .as("first wrong byte of %d at %d", buffer.lengthBytes(), places.get(i))
          .isEqualTo(-1);
    }
    InitiatorStatistics statistics = await(controller.statistics());
    assertThat(statistics.offload(DdpCounter.DDP_PDUS) > 0).isEqualTo(!device.equals("none"));
    region.close();
    content.close();
  }

  @Test
  void findsTheSubsystemInTheDiscoveryLog() throws Exception {
    initiator = NvmeInitiator.create(vertx, new InitiatorOptions().setConnectTimeoutMillis(60_000));
    DiscoveryResult found =
        await(initiator.discover(new DiscoveryAddress("127.0.0.1", target.port())));
    assertThat(found.entries()).extracting(DiscoveryEntry::nqn).contains(LinuxTarget.NQN);
  }

  @Test
  void zeroesDeallocatesAndRefusesWhatTheKernelHasNot() throws Exception {
    Namespace namespace = connect(new InitiatorOptions().setDataDigest(true));
    Region region = initiator.regions().register(1 << 20);
    region.segment().fill((byte) 0x77);
    await(namespace.write(0, region.slice(0, 1 << 20)));
    await(namespace.writeZeroes(new BlockRange(8, 16)));
    await(namespace.deallocate(List.of(new BlockRange(64, 64), new BlockRange(1024, 8))));
    await(namespace.flush());
    await(namespace.read(0, region.slice(0, 1 << 20)));
    assertThat(region.segment().get(ValueLayout.JAVA_BYTE, 8 * 512 - 1)).isEqualTo((byte) 0x77);
    assertThat(zeros(region, 8, 16)).isTrue();
    assertThat(region.segment().get(ValueLayout.JAVA_BYTE, 24 * 512)).isEqualTo((byte) 0x77);
    // null_blk forgets what is discarded, and reads it as zeros.
    assertThat(zeros(region, 64, 64)).isTrue();
    assertThat(zeros(region, 1024, 8)).isTrue();
    // nvmet does not compare, and says so in ONCS: nothing is sent.
    long before = await(controller.statistics()).submitted();
    assertThatThrownBy(() -> await(namespace.compare(0, region.slice(0, 512))))
        .hasMessageContaining("Compare");
    assertThat(await(controller.statistics()).submitted()).isEqualTo(before);
    region.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "socket", "simulated:6"})
  void losesNothingWhenTheTargetIsTakenAwayUnderIo(String device) throws Exception {
    target.addNamespace(2, SIZE_MIB);
    connect(
        new InitiatorOptions()
            .setDevice(DeviceSpec.parse(device))
            .setHeaderDigest(true)
            .setReconnect(new ReconnectOptions().setFirstDelayMillis(50).setMaxDelayMillis(200)));
    VerifiedLoad load = new VerifiedLoad(initiator, controller, 2);
    load.start();
    for (int round = 1; round <= 2; round++) {
      load.more(100);
      target.expose(false);
      awaitState(ControllerState.RECONNECTING);
      target.expose(true);
      load.more(100);
    }
    assertThat(controller.state()).isEqualTo(ControllerState.LIVE);
    assertThat(load.stop()).isEmpty();
    assertThat(load.outcomes().keySet())
        .as("reads and what was never sent go on")
        .isSubsetOf("read", "written", "write OutcomeUnknown");
    load.close();
    await(controller.close());
    target.removeNamespace(2);
  }

  @Test
  void givesUpATargetThatStaysAway() throws Exception {
    target.addNamespace(2, SIZE_MIB);
    connect(
        new InitiatorOptions()
            .setReconnect(
                new ReconnectOptions()
                    .setFirstDelayMillis(50)
                    .setMaxDelayMillis(200)
                    .setLossTimeoutMillis(1_500)));
    VerifiedLoad load = new VerifiedLoad(initiator, controller, 2);
    load.start();
    load.more(100);
    target.expose(false);
    awaitState(ControllerState.ENDED);
    assertThat(load.stopHere()).isEmpty();
    assertThat(load.outcomes().keySet())
        .containsAnyOf("read NeverSent", "write NeverSent")
        .isSubsetOf(
            "read",
            "written",
            "read NeverSent",
            "write NeverSent",
            "read OutcomeUnknown",
            "write OutcomeUnknown");
    load.close();
    target.expose(true);
    assertThat(connect(new InitiatorOptions()).id()).isEqualTo(1);
    await(controller.close());
    target.removeNamespace(2);
  }

  @Test
  void noticesNamespacesThatComeGrowAndGo() throws Exception {
    Namespace first = connect(new InitiatorOptions());
    target.addFileNamespace(3, 8);
    Namespace added = next(ControllerEvent.NamespaceAdded.class).namespace();
    assertThat(added.sizeBytes()).isEqualTo(8 << 20);
    // Those of the file system that the file is in, and not those of the neighbour.
    int block = added.blockBytes();
    assertThat(block).isEqualTo(4096);
    Region region = initiator.regions().register(1 << 20);
    region.segment().fill((byte) 0x3C);
    await(added.write(0, region.slice(0, 1 << 20)));

    target.resizeFileNamespace(3, 20);
    ControllerEvent.NamespaceChanged grown = next(ControllerEvent.NamespaceChanged.class);
    assertThat(grown.oldBlocks()).isEqualTo((8 << 20) / block);
    assertThat(added.sizeBytes()).isEqualTo(20 << 20);
    await(added.write(added.blocks() - 1, region.slice(0, block)));
    region.segment().fill((byte) 0);
    await(added.read(added.blocks() - 1, region.slice(0, block)));
    assertThat(region.segment().get(ValueLayout.JAVA_BYTE, block - 1)).isEqualTo((byte) 0x3C);

    target.enable(3, false);
    assertThat(next(ControllerEvent.NamespaceRemoved.class).id()).isEqualTo(3);
    assertThatThrownBy(() -> await(added.read(0, region.slice(0, block))))
        .hasMessage("namespace 3 is not there any more");
    await(first.read(0, region.slice(0, 1 << 20)));
    target.enable(3, true);
    Namespace again = next(ControllerEvent.NamespaceAdded.class).namespace();
    await(again.read(0, region.slice(0, 1 << 20)));
    assertThat(region.segment().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x3C);
    region.close();
    target.removeNamespace(3);
    next(ControllerEvent.NamespaceRemoved.class);
  }

  private static boolean zeros(Region region, int block, int count) {
    long at = (long) block * LinuxTarget.BLOCK_BYTES;
    return region
            .segment()
            .asSlice(at, (long) count * LinuxTarget.BLOCK_BYTES)
            .mismatch(MemorySegment.ofArray(new byte[count * LinuxTarget.BLOCK_BYTES]))
        == -1;
  }

  // Slices of all sizes, at odd distances.
  private static List<BufferSlice> cut(Region region) {
    List<BufferSlice> slices = new ArrayList<>();
    long at = 0;
    for (int round = 0; round < 3; round++) {
      for (int size : SIZES) {
        slices.add(region.slice(at, size));
        at += size + 7;
      }
    }
    return slices;
  }

  // Each slice in an area of its own, somewhere in it.
  private static List<Long> places(List<BufferSlice> buffers) {
    SplittableRandom random = new SplittableRandom(SEED);
    long area = ((long) SIZE_MIB << 20) / buffers.size();
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < buffers.size(); i++) {
      long free = (area - buffers.get(i).lengthBytes()) / LinuxTarget.BLOCK_BYTES;
      long block = area * i / LinuxTarget.BLOCK_BYTES + 1 + random.nextLong(Math.max(1, free - 1));
      places.add(block * LinuxTarget.BLOCK_BYTES);
    }
    return places;
  }
}
