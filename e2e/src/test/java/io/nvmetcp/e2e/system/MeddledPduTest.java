package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.e2e.proxy.PduMeddler;
import io.nvmetcp.e2e.proxy.PduProxy;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our initiator and our target with a proxy between them that takes the stream apart into PDUs and
 * changes, loses or repeats single ones.
 */
@Timeout(60)
class MeddledPduTest {
  private static final int SIZE = 32 << 20;
  private static final int R2T_BYTES = 8192;

  private Vertx hostVertx;
  private Vertx proxyVertx;
  private Vertx targetVertx;
  private NvmeTarget target;
  private PduProxy proxy;
  private NvmeInitiator initiator;
  private Controller controller;

  @BeforeEach
  void start() {
    Transports transport = Transports.loadable().getFirst();
    hostVertx = transport.vertx(1);
    proxyVertx = transport.vertx(1);
    targetVertx = transport.vertx(1);
  }

  private void connect(PduMeddler meddler, int cpda, InitiatorOptions options) throws Exception {
    target =
        NvmeTarget.create(
            targetVertx,
            new TargetOptions()
                .setPolicy("r2t:shuffle:4:1;shuffle:4:2")
                .setConnections(new ConnectionOptions().setCpda(cpda).setMaxR2tBytes(R2T_BYTES))
                .addSubsystem(
                    new SubsystemOptions(Pair.NQN).addNamespace(NamespaceOptions.memory(1, SIZE))));
    await(target.start());
    proxy = await(PduProxy.start(proxyVertx, target.port(), meddler));
    initiator = NvmeInitiator.create(hostVertx, options);
    controller =
        await(initiator.connect(new SubsystemAddress("127.0.0.1", proxy.port(), Pair.NQN)));
  }

  private Namespace namespace() {
    return controller.namespace(1).orElseThrow();
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    await(controller.close());
    await(proxy.close());
    assertThat(await(controller.statistics()).liveMappings()).isZero();
    assertThat(initiator.regions().liveRegions()).isZero();
    await(target.close());
    assertThat(target.statistics().leasesOutstanding()).isZero();
    await(Future.join(hostVertx.close(), proxyVertx.close(), targetVertx.close()));
  }

  @ParameterizedTest
  @CsvSource({"false,false,0,0,0", "true,false,0,0,0", "false,true,31,0,3", "true,true,20,7,3"})
  void everyPduOfTheTwoIsLegalAndSurvivesBeingTakenApart(
      boolean headerDigest, boolean dataDigest, int hpda, int cpda, int maxR2t) throws Exception {
    Map<PduType, AtomicInteger> seen = new ConcurrentHashMap<>();
    connect(
        (connection, way, pdu) -> {
          seen.computeIfAbsent(pdu.type(), type -> new AtomicInteger()).incrementAndGet();
          return List.of(pdu);
        },
        cpda,
        new InitiatorOptions()
            .setHeaderDigest(headerDigest)
            .setDataDigest(dataDigest)
            .setHostDataAlignment(hpda)
            .setMaxR2t(maxR2t));
    VerifiedLoad load = new VerifiedLoad(initiator, controller, 1);
    load.start();
    load.more(400);
    assertThat(load.stop()).isEmpty();
    load.close();
    assertThat(load.outcomes().keySet()).containsOnly("read", "written");
    assertThat(proxy.faults()).isEmpty();
    assertThat(seen)
        .containsOnlyKeys(
            PduType.CAPSULE_CMD,
            PduType.CAPSULE_RESP,
            PduType.R2T,
            PduType.H2C_DATA,
            PduType.C2H_DATA);
    assertThat(await(controller.statistics()).reconnects()).isZero();
  }

  // Once; the ways of a connection are on one event loop.
  private static PduMeddler once(PduType type, AtomicBoolean armed, PduMeddler then) {
    return (connection, way, pdu) ->
        pdu.type() == type && armed.compareAndSet(true, false)
            ? then.meddle(connection, way, pdu)
            : List.of(pdu);
  }

  private static InitiatorOptions patient() {
    return new InitiatorOptions()
        .setDataDigest(true)
        .setRetries(0)
        .setCommandTimeoutMillis(300)
        .setAbortTimeoutMillis(100)
        .setReconnect(new ReconnectOptions().setFirstDelayMillis(5).setMaxDelayMillis(50));
  }

  @Test
  void aWrongDataDigestFailsTheOneReadAndNothingElse() throws Exception {
    AtomicBoolean armed = new AtomicBoolean();
    connect(
        once(PduType.C2H_DATA, armed, (c, way, pdu) -> List.of(pdu.withWrongDataDigest())),
        0,
        patient());
    Buffer data = Buffer.buffer(new byte[65536]).setString(5, "content");
    await(namespace().write(0, data));
    armed.set(true);
    assertThatThrownBy(() -> await(namespace().read(0, 16)))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> assertThat(failed.status()).isEqualTo(Status.TRANSIENT_TRANSPORT_ERROR));
    assertThat(await(namespace().read(0, 16))).isEqualTo(data);
    assertThat(await(controller.statistics()).reconnects()).isZero();
  }

  @Test
  void aWrongDataDigestFailsTheOneWriteAndNothingElse() throws Exception {
    AtomicBoolean armed = new AtomicBoolean();
    connect(
        once(PduType.H2C_DATA, armed, (c, way, pdu) -> List.of(pdu.withWrongDataDigest())),
        0,
        patient());
    Buffer data = Buffer.buffer(new byte[65536]).setString(5, "content");
    armed.set(true);
    assertThatThrownBy(() -> await(namespace().write(0, data)))
        .isInstanceOfSatisfying(
            NvmeException.CommandFailed.class,
            failed -> assertThat(failed.status()).isEqualTo(Status.TRANSIENT_TRANSPORT_ERROR));
    await(namespace().write(0, data));
    assertThat(await(namespace().read(0, 16))).isEqualTo(data);
    assertThat(await(controller.statistics()).reconnects()).isZero();
  }

  static Stream<Arguments> lossesAndRepetitions() {
    return Stream.of(
            PduType.CAPSULE_CMD,
            PduType.CAPSULE_RESP,
            PduType.R2T,
            PduType.H2C_DATA,
            PduType.C2H_DATA)
        .flatMap(type -> Stream.of(Arguments.of(type, true), Arguments.of(type, false)));
  }

  @ParameterizedTest(name = "a {0} is lost: {1}, or else repeated")
  @MethodSource("lossesAndRepetitions")
  void aPduThatIsLostOrRepeatedCostsTheAssociationAndNoData(PduType type, boolean lost)
      throws Exception {
    AtomicBoolean armed = new AtomicBoolean();
    connect(once(type, armed, (c, way, pdu) -> lost ? List.of() : List.of(pdu, pdu)), 0, patient());
    VerifiedLoad load = new VerifiedLoad(initiator, controller, 1);
    load.start();
    load.more(50);
    armed.set(true);
    load.more(200);
    assertThat(armed).isFalse();
    assertThat(load.stop()).isEmpty();
    load.close();
    List<String> outcomes = new ArrayList<>(List.of("read", "written", "write OutcomeUnknown"));
    if (type == PduType.CAPSULE_CMD && !lost) {
      outcomes.add("read OutcomeUnknown");
    }
    assertThat(load.outcomes().keySet()).isSubsetOf(outcomes);
    assertThat(await(controller.statistics()).reconnects()).isEqualTo(1);
  }
}
