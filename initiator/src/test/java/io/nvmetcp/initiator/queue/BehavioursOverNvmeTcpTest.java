package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The behaviours of every device once more, with NVMe/TCP above it: those that the tests of queue
 * pairs, which go through whole conversations, do not show one by one.
 */
class BehavioursOverNvmeTcpTest {
  private static final int BYTES = 8192;
  private static final int THRESHOLD = 4096;
  private static final int LAST_SUCCESS = PduFlags.LAST | PduFlags.SUCCESS;

  private enum Kind {
    NONE,
    SOCKET,
    SIMULATED;

    Function<RegionRegistry, DdpDevice> with(DeviceLimits limits) {
      return registry ->
          switch (this) {
            case NONE -> new NoneDevice(registry);
            case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, limits);
            case SIMULATED ->
                new SimulatedDevice(
                    registry, JdkCrc32c.INSTANCE, 1, NicOptions.of(FaultRates.NONE).with(limits));
          };
    }

    QueueHarness host(TeardownMode mode) {
      return new QueueHarness(with(limits(Integer.MAX_VALUE)), mode).connected();
    }

    boolean places() {
      return this != NONE;
    }
  }

  private static DeviceLimits limits(int tags) {
    return new DeviceLimits(8, 8, Integer.MAX_VALUE, THRESHOLD, tags, true);
  }

  private static long get(QueueHarness host, DdpCounter counter) {
    return host.queue().counters().get(counter);
  }

  private static void assertBalanced(QueueHarness host) {
    assertThat(get(host, DdpCounter.SETUP))
        .isEqualTo(get(host, DdpCounter.TEARDOWN) + host.queue().liveMappings());
    assertThat(get(host, DdpCounter.DDP_BYTES) + get(host, DdpCounter.COPIED_BYTES))
        .isEqualTo(get(host, DdpCounter.DELIVERED_BYTES));
  }

  // A device that tells of each setup before it does it.
  private static DdpDevice watched(DdpDevice real, IntConsumer onSetup) {
    return proxy(
        DdpDevice.class,
        (method, arguments) -> {
          Object made = method.invoke(real, arguments);
          return made instanceof DdpQueue queue ? watched(queue, onSetup) : made;
        });
  }

  private static DdpQueue watched(DdpQueue real, IntConsumer onSetup) {
    return proxy(
        DdpQueue.class,
        (method, arguments) -> {
          if (method.getName().equals("setup")) {
            onSetup.accept((int) arguments[0]);
          }
          return method.invoke(real, arguments);
        });
  }

  private interface Call {
    Object on(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    InvocationHandler handler = (self, method, arguments) -> call.on(method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static void assertUntouched(QueueHarness host, long offset, int length) {
    for (byte b : host.bytes(offset, length)) {
      assertThat(b).isEqualTo(QueueHarness.CANARY);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void d01_theMappingStandsUnderTheIdentifierBeforeAnyByteOfItsCommandIsEmitted(Kind kind) {
    List<String> setups = new ArrayList<>();
    QueueHarness[] host = new QueueHarness[1];
    host[0] =
        new QueueHarness(
            registry ->
                watched(
                    kind.with(limits(8)).apply(registry),
                    tag -> setups.add("%d after %d bytes".formatted(tag, host[0].wire.size()))),
            TeardownMode.LAZY);
    QueueHarness unused = host[0].connected();
    Outcome first = host[0].read(0, BYTES);
    int capsule = host[0].wire.size();
    assertThat(capsule).isPositive();
    Outcome second = host[0].read(BYTES, BYTES);
    assertThat(setups)
        .containsExactly(first.cid + " after 0 bytes", second.cid + " after " + capsule + " bytes");
    assertThat(host[0].close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void d03_theThresholdItselfIsMappedAndOneByteLessIsCopied(Kind kind) {
    QueueHarness host = kind.host(TeardownMode.LAZY);
    Outcome below = host.read(0, THRESHOLD - 1);
    Outcome at = host.read(BYTES, THRESHOLD);
    assertThat(host.queue().liveMappings()).isEqualTo(kind.places() ? 1 : 0);
    host.exchange();
    host.controller.answer(below.cid, QueueHarness.pattern(1, THRESHOLD - 1));
    host.controller.answer(at.cid, QueueHarness.pattern(2, THRESHOLD));
    host.exchange();
    assertThat(List.of(below, at)).extracting(Outcome::toString).containsOnly("success");
    assertThat(host.bytes(0, THRESHOLD - 1)).isEqualTo(QueueHarness.pattern(1, THRESHOLD - 1));
    assertThat(host.bytes(BYTES, THRESHOLD)).isEqualTo(QueueHarness.pattern(2, THRESHOLD));
    assertThat(get(host, DdpCounter.SETUP_FAIL_THRESHOLD)).isEqualTo(kind.places() ? 1 : 0);
    assertThat(get(host, DdpCounter.SETUP)).isEqualTo(kind.places() ? 1 : 0);
    assertBalanced(host);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void d04_whereTagsRunOutTheReadIsCopiedAndRight(Kind kind) {
    QueueHarness host = new QueueHarness(kind.with(limits(2)), TeardownMode.LAZY).connected();
    List<Outcome> reads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      reads.add(host.read(i * (long) BYTES, BYTES));
    }
    assertThat(get(host, DdpCounter.SETUP_FAIL_TAGS)).isEqualTo(kind.places() ? 3 : 0);
    host.exchange();
    for (int i = 4; i >= 0; i--) {
      host.controller.data(reads.get(i).cid, 0, QueueHarness.pattern(i, BYTES), LAST_SUCCESS);
    }
    host.exchange();
    for (int i = 0; i < 5; i++) {
      assertThat(reads.get(i)).hasToString("success");
      assertThat(host.bytes(i * (long) BYTES, BYTES)).isEqualTo(QueueHarness.pattern(i, BYTES));
    }
    assertBalanced(host);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void d09_withoutTheDevicesWordThereIsOneSoftwareCheckAPduAlsoBelowTheThreshold(Kind kind) {
    QueueHarness host = kind.host(TeardownMode.LAZY);
    host.device().capabilities().want(Set.of(Capability.PLACEMENT));
    Outcome large = host.read(0, BYTES);
    Outcome small = host.read(BYTES, 512);
    Outcome damaged = host.read(2 * BYTES, 512);
    host.exchange();
    host.controller.data(damaged.cid, 0, QueueHarness.pattern(3, 512), LAST_SUCCESS);
    byte[] bad = host.controller.take();
    bad[bad.length - 9] ^= 1;
    host.deliver(bad);
    byte[] content = QueueHarness.pattern(1, BYTES);
    host.controller.data(large.cid, 0, Arrays.copyOf(content, 5000), 0);
    host.controller.data(large.cid, 5000, Arrays.copyOfRange(content, 5000, BYTES), LAST_SUCCESS);
    host.controller.data(small.cid, 0, QueueHarness.pattern(2, 512), LAST_SUCCESS);
    host.exchange();
    assertThat(List.of(large, small)).extracting(Outcome::toString).containsOnly("success");
    assertThat(damaged).hasToString("status %03Xh".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(get(host, DdpCounter.DIGEST_BY_FALLBACK)).isEqualTo(3);
    assertThat(get(host, DdpCounter.DIGEST_IN_PLACEMENT)).isZero();
    assertThat(get(host, DdpCounter.DIGEST_BY_DEVICE)).isZero();
    assertThat(get(host, DdpCounter.DATA_DIGEST_ERRORS)).isOne();
    assertBalanced(host);
    assertThat(host.close()).isZero();
  }

  /** What a controller may say of data that no command of that name, or place, waits for. */
  private enum Lie {
    STALE,
    OUT_OF_RANGE,
    WRONG_DIRECTION,
    NEVER_SENT
  }

  @ParameterizedTest
  @CsvSource({
    "NONE,STALE", "SOCKET,STALE", "SIMULATED,STALE",
    "NONE,OUT_OF_RANGE", "SOCKET,OUT_OF_RANGE", "SIMULATED,OUT_OF_RANGE",
    "NONE,WRONG_DIRECTION", "SOCKET,WRONG_DIRECTION", "SIMULATED,WRONG_DIRECTION",
    "NONE,NEVER_SENT", "SOCKET,NEVER_SENT", "SIMULATED,NEVER_SENT"
  })
  void d12_whatNoCommandWaitsForIsNeverPlacedAndEndsTheConnection(Kind kind, Lie lie) {
    QueueHarness host = kind.host(TeardownMode.LAZY);
    Outcome read = host.read(BYTES, BYTES);
    Outcome write = host.write(4 * BYTES, BYTES);
    host.exchange();
    int cid =
        switch (lie) {
          case STALE -> read.cid + 16;
          case OUT_OF_RANGE -> read.cid;
          case WRONG_DIRECTION -> write.cid;
          case NEVER_SENT -> read.cid + 5;
        };
    long offset = lie == Lie.OUT_OF_RANGE ? 1 : 0;
    host.controller.data(cid, offset, QueueHarness.pattern(1, BYTES), PduFlags.LAST);
    host.deliver(host.controller.take());
    assertThat(host.events).hasSize(2).last().asString().startsWith("fault: ");
    assertThat(get(host, DdpCounter.DDP_BYTES)).isZero();
    assertThat(get(host, DdpCounter.STALE_TAG))
        .isEqualTo(lie == Lie.STALE && kind.places() ? 1 : 0);
    assertThat(get(host, DdpCounter.OUT_OF_RANGE))
        .isEqualTo(lie == Lie.OUT_OF_RANGE && kind.places() ? 1 : 0);
    assertUntouched(host, 0, QueueHarness.REGION_BYTES);
    host.pair.connectionLost("the fault");
    assertThat(List.of(read, write)).allMatch(outcome -> outcome.calls.size() == 1);
    assertBalanced(host);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void d15_whatWasDeliveredWasPlacedOrCopiedAlsoOfReadsThatFailed(Kind kind) {
    QueueHarness host = kind.host(TeardownMode.LAZY);
    Outcome damaged = host.read(0, BYTES);
    Outcome failed = host.read(BYTES, BYTES);
    Outcome lost = host.read(2 * BYTES, BYTES);
    host.exchange();
    host.controller.data(damaged.cid, 0, QueueHarness.pattern(1, BYTES), LAST_SUCCESS);
    byte[] bad = host.controller.take();
    bad[bad.length - 1] ^= 1;
    host.deliver(bad);
    host.controller.data(failed.cid, 0, QueueHarness.pattern(2, BYTES / 2), 0);
    host.controller.respond(failed.cid, Status.UNRECOVERED_READ_ERROR);
    host.exchange();
    host.controller.data(lost.cid, 0, QueueHarness.pattern(3, BYTES), PduFlags.LAST);
    byte[] part = Arrays.copyOf(host.controller.take(), 24 + 5000);
    host.deliver(part);
    assertBalanced(host);
    host.pair.connectionLost("gone");
    assertThat(List.of(damaged.toString(), failed.toString(), lost.toString()))
        .containsExactly(
            "status %03Xh".formatted(Status.TRANSIENT_TRANSPORT_ERROR),
            "status %03Xh".formatted(Status.UNRECOVERED_READ_ERROR),
            "lost: gone");
    assertThat(get(host, DdpCounter.DELIVERED_BYTES)).isEqualTo(BYTES + BYTES / 2 + 5000);
    assertThat(get(host, DdpCounter.DDP_BYTES) > 0).isEqualTo(kind.places());
    assertThat(host.queue().liveMappings()).isZero();
    assertBalanced(host);
    assertThat(host.close()).isZero();
  }

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void anIdentifierServesAgainOnlyWhenItsMappingIsTornDownToo(TeardownMode mode) {
    FaultRates late = new FaultRates(0, 0, 0, 0, 0, 4, 4);
    QueueHarness host =
        new QueueHarness(
                registry ->
                    new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 5, NicOptions.of(late)),
                mode)
            .connected();
    List<Outcome> reads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      reads.add(host.read(i * (long) BYTES, BYTES));
    }
    host.controller.accept(host.flushWire());
    for (Outcome read : reads) {
      host.controller.data(read.cid, 0, QueueHarness.pattern(1, BYTES), LAST_SUCCESS);
    }
    byte[] answers = host.controller.take();
    for (int at = 0; at < answers.length; ) {
      at += host.deliverOnce(answers, at, Integer.MAX_VALUE);
    }
    // Every response is in, and nobody has said that the NIC let go of the buffers.
    int torn = (int) get(host, DdpCounter.TEARDOWN);
    assertThat(torn).isLessThan(16);
    assertThat(host.pair.outstanding()).isEqualTo(16 - torn);
    assertThat(reads.stream().filter(read -> !read.calls.isEmpty())).hasSize(torn);
    host.settle();
    assertThat(reads).extracting(Outcome::toString).containsOnly("success");
    assertThat(host.pair.room()).isEqualTo(16);
    assertThat(host.close()).isZero();
  }
}
