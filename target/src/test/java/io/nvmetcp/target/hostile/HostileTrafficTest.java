package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.ConnectionOptions;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.session.HostSide;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that are hostile by how they talk, not by what they say. */
@Timeout(60)
class HostileTrafficTest {
  private static final int HALF_OPEN = 500;
  private static final int BLOCK = 4096;
  private static final int SMALL_BUFFER = 1 << 14;

  private HostileTarget target = new HostileTarget(new TargetOptions());

  @AfterEach
  void stop() {
    target.backToBase();
    target.close();
  }

  private HostileTarget restart(TargetOptions options) {
    target.close();
    target = new HostileTarget(options);
    return target;
  }

  @Test
  void fiveHundredHalfOpenConnectionsAreClosedInTimeAndDisturbNobody() throws IOException {
    restart(
        new TargetOptions()
            .setConnectTimeout(Duration.ofMillis(1500))
            .setConnections(new ConnectionOptions().setIcReqTimeout(Duration.ofMillis(500))));
    List<SocketPeer> all = new ArrayList<>();
    for (int i = 0; i < HALF_OPEN; i++) {
      SocketPeer peer = new SocketPeer(target.port());
      all.add(peer);
      byte[] icReq = icReq(peer);
      switch (i % 4) {
        case 0 -> {} // not a byte
        case 1 -> peer.send(Arrays.copyOf(icReq, 7));
        case 2 -> peer.send(Arrays.copyOf(icReq, 127));
        default -> peer.send(icReq); // and no Connect
      }
      if (i % 50 == 0) {
        target.neighbour().works();
      }
    }
    for (SocketPeer peer : all) {
      HostSide.Pdu answer = peer.next();
      if (answer != null) {
        assertThat(answer.type()).isEqualTo(PduType.IC_RESP);
        assertThat(peer.next()).isNull();
      }
      peer.close();
    }
    assertThat(target.statistics().connectionsAccepted()).isEqualTo(HALF_OPEN + 2);
    assertThat(target.statistics().faultsByFes()).isEmpty();
  }

  private static byte[] icReq(SocketPeer peer) {
    peer.host().icReq(false, false, 0);
    return peer.host().take();
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAtOnceAndCounted() {
    restart(new TargetOptions().setMaxConnections(10));
    List<SocketPeer> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SocketPeer peer = new SocketPeer(target.port());
      peer.send(icReq(peer));
      assertThat(Objects.requireNonNull(peer.next()).type()).isEqualTo(PduType.IC_RESP);
      held.add(peer);
    }
    for (int i = 0; i < 50; i++) {
      try (SocketPeer refused = new SocketPeer(target.port())) {
        assertThat(refused.next()).isNull();
      }
    }
    assertThat(target.statistics().connectionsRefused()).isEqualTo(50);
    target.neighbour().works();
    held.forEach(SocketPeer::close);
  }

  /** What a host sends for a connect, a write by R2T and a read, and what it waits for after it. */
  private final class Conversation implements AutoCloseable {
    final SocketPeer admin = new SocketPeer(target.port());
    final SocketPeer io = new SocketPeer(target.port());
    private int left;
    private boolean byteByByte;

    /**
     * @param steps PDUs that are sent before the host goes away
     */
    Conversation(int steps) {
      left = steps;
    }

    /** True if it came to its end. */
    boolean run() {
      byte[] data = HostSide.pattern(4 * BLOCK, 7);
      HostSide.Pdu connected;
      if (!icReq(admin) || (connected = connect(admin, 0, Fabrics.CNTLID_DYNAMIC)) == null) {
        return false;
      }
      admin.host().propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
      if (said(admin) == null || !icReq(io) || connect(io, 1, (int) connected.result()) == null) {
        return false;
      }
      io.host().writeByR2t(5, 0, data.length, BLOCK);
      HostSide.Pdu r2t = said(io);
      if (r2t == null) {
        return false;
      }
      int ttag = PduFields.ttag(r2t.header());
      io.host().h2cData(5, ttag, 0, Arrays.copyOf(data, BLOCK), false);
      if (!sent(io)) {
        return false;
      }
      io.host().h2cData(5, ttag, BLOCK, Arrays.copyOfRange(data, BLOCK, data.length), true);
      if (said(io) == null) {
        return false;
      }
      io.host().read(6, 0, 4, BLOCK);
      HostSide.Pdu read = said(io);
      assertThat(read == null || Arrays.equals(read.data(), data)).isTrue();
      return read != null;
    }

    private boolean icReq(SocketPeer peer) {
      peer.host().icReq(true, true, 0);
      return said(peer) != null;
    }

    private HostSide.Pdu connect(SocketPeer peer, int qid, int cntlid) {
      peer.host().connect(1, qid, 31, cntlid, HostileTarget.NQN, false);
      return said(peer);
    }

    private HostSide.Pdu said(SocketPeer peer) {
      return sent(peer) ? Objects.requireNonNull(peer.next()) : null;
    }

    private boolean sent(SocketPeer peer) {
      if (left-- == 0) {
        return false;
      }
      byte[] bytes = peer.host().take();
      if (byteByByte) {
        for (byte one : bytes) {
          peer.send(new byte[] {one});
        }
      } else {
        peer.send(bytes);
      }
      return true;
    }

    @Override
    public void close() {
      io.close();
      admin.close();
    }
  }

  private static void resetOnClose(SocketPeer peer) throws IOException {
    // A close with pending linger time of zero sends RST instead of FIN.
    peer.socket().setSoLinger(true, 0);
  }

  @Test
  void aResetAtAnyPduBoundaryLeavesNothingBehind() throws IOException {
    int boundaries = 0;
    boolean whole = false;
    while (!whole) {
      try (Conversation talk = new Conversation(boundaries)) {
        whole = talk.run();
        resetOnClose(talk.io);
        resetOnClose(talk.admin);
      }
      target.backToBase();
      boundaries++;
    }
    assertThat(boundaries).isEqualTo(10);
  }

  @Test
  void aResetBetweenACommandAndItsAnswerLeavesNothingBehind() throws IOException {
    for (int reads = 1; reads <= 64; reads *= 4) {
      Conversation talk = new Conversation(Integer.MAX_VALUE);
      assertThat(talk.run()).isTrue();
      for (int i = 0; i < reads; i++) {
        talk.io.host().read(100 + i, 0, 256, BLOCK);
      }
      talk.io.send(talk.io.host().take());
      resetOnClose(talk.io);
      resetOnClose(talk.admin);
      talk.close();
      target.backToBase();
    }
  }

  @Test
  void aHostThatSendsByteByByteIsServedAndHoldsNobodyUp() throws Exception {
    try (Conversation talk = new Conversation(Integer.MAX_VALUE)) {
      talk.byteByByte = true;
      FutureTask<Boolean> slow = new FutureTask<>(talk::run);
      Thread.ofPlatform().start(slow);
      while (!slow.isDone()) {
        target.neighbour().works();
      }
      assertThat(slow.get()).isTrue();
    }
  }

  @Test
  void aHostThatReadsNothingStopsBeingServedAndGetsEverythingLater() {
    try (Conversation talk = new Conversation(Integer.MAX_VALUE)) {
      assertThat(talk.run()).isTrue();
      int reads = 128;
      for (int i = 0; i < reads; i++) {
        talk.io.host().read(i, 0, 256, BLOCK);
      }
      talk.io.send(talk.io.host().take());
      while (target.statistics().outputStalls() == 0) {
        target.neighbour().works();
      }
      // 128 MiB were asked for: not a tenth of it stands ready.
      assertThat(target.statistics().leasesOutstanding()).isLessThan(12);
      for (int i = 0; i < reads; i++) {
        HostSide.Pdu data = Objects.requireNonNull(talk.io.next());
        assertThat(data.cid()).isEqualTo(i);
        assertThat(data.data()).hasSize(256 * BLOCK);
      }
    }
  }

  @Test
  void aHostThatAsksForEverythingAndTakesNothingHoldsLittleAndNotForLong() {
    target.close();
    target =
        new HostileTarget(
            new TargetOptions()
                .setConnections(
                    new ConnectionOptions()
                        .setMemoryBytes(8 << 20)
                        .setDataTimeout(Duration.ofMillis(500))),
            NamespaceOptions.memory(2, 1 << 24).setDelay(Delay.parse("fixed:20ms")));
    try (Conversation talk = new Conversation(Integer.MAX_VALUE)) {
      assertThat(talk.run()).isTrue();
      for (int i = 0; i < 128; i++) {
        byte[] sqe = HostSide.ioSqe(IoOpcode.READ, i, 2, 0, 256);
        Sgl.transport(sqe, 0, 256L * BLOCK);
        talk.io.host().capsule(sqe, new byte[0]);
      }
      talk.io.send(talk.io.host().take());
      // Without keep-alive its association would last for ever.
      while (target.statistics().connectionsOpen() > 3) {
        assertThat(target.statistics().leasesOutstanding()).isLessThan(11);
        target.neighbour().works();
      }
      assertThat(target.statistics().outputStalls()).isPositive();
    }
  }

  @Test
  void theLastWordsArriveAlthoughTheSocketIsFullAndAfterAllThatWasSaidBefore() throws IOException {
    restart(
        new TargetOptions()
            .setConnections(new ConnectionOptions().setSendBufferBytes(SMALL_BUFFER)));
    try (Conversation talk = new Conversation(Integer.MAX_VALUE)) {
      assertThat(talk.run()).isTrue();
      for (int i = 0; i < 3; i++) {
        talk.io.host().read(i, 0, 256, BLOCK);
      }
      talk.io.host().icReq(false, false, 0);
      talk.io.send(talk.io.host().take());
      while (target.statistics().faultsByFes().isEmpty()) {
        target.neighbour().works();
      }
      assertThat(target.statistics().leasesOutstanding()).as("the socket is full").isPositive();
      // The target is deaf from here on, but what comes must not make it reset the connection.
      talk.io.send(new byte[1 << 16]);
      for (int i = 0; i < 3; i++) {
        assertThat(Objects.requireNonNull(talk.io.next()).data()).hasSize(256 * BLOCK);
      }
      assertThat(Objects.requireNonNull(talk.io.next())).hasToString("term fes 2 fei 0");
      assertThat(talk.io.next()).isNull();
      assertThat(talk.io.reset()).isFalse();
    }
  }

  @Test
  void aHostThatDoesNotCloseAfterTheLastWordsIsClosedInTime() throws IOException {
    restart(new TargetOptions().setLingerTimeout(Duration.ofMillis(200)));
    try (SocketPeer peer = new SocketPeer(target.port())) {
      peer.send(new byte[128]);
      assertThat(Objects.requireNonNull(peer.next()).fes()).isEqualTo(1);
      InputStream in = peer.socket().getInputStream();
      assertThat(in.read()).isEqualTo(-1);
      while (target.statistics().connectionsOpen() > 2) {
        target.neighbour().works();
      }
    }
  }
}
