package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings a connection to the state of a case, sends what the case says, and looks what comes. */
final class HostileHost {
  /** Of the command that shows that the connection is still alive. */
  private static final int ALIVE_CID = 0xBEEF;

  private static final int FIRST_CID = 100;

  private final Supplier<HostilePeer> connect;
  private final String nqn;
  private @Nullable HostilePeer admin;
  private @Nullable HostilePeer attacked;
  private int cntlid;
  private int ttag;

  HostileHost(Supplier<HostilePeer> connect, String nqn) {
    this.connect = connect;
    this.nqn = nqn;
  }

  void run(HostileCase row) {
    try {
      HostilePeer peer = bring(row);
      attack(peer, row);
      judge(peer, row);
    } finally {
      closeAll();
    }
  }

  private HostilePeer bring(HostileCase row) {
    switch (row.state()) {
      case "fresh" -> open();
      case "initialized" -> initialize(open(), row);
      case "connected" -> connectAdmin(initialize(open(), row));
      case "admin" -> enable(connectAdmin(initialize(open(), row)));
      case "io", "r2t" -> {
        admin = enable(connectAdmin(initialize(open(), row)));
        HostilePeer io = initialize(open(), row);
        io.host().connect(0, 1, 31, cntlid, nqn, false);
        assertThat(ask(io).status()).isZero();
        if (row.state().equals("r2t")) {
          io.host().writeByR2t(5, 0, 16384, 4096);
          HostSide.Pdu r2t = ask(io);
          assertThat(r2t.type()).isEqualTo(PduType.R2T);
          ttag = PduFields.ttag(r2t.header());
        }
      }
      default -> throw new IllegalArgumentException("line " + row.line() + ": " + row.state());
    }
    return Objects.requireNonNull(attacked);
  }

  private HostilePeer open() {
    HostilePeer peer = connect.get();
    attacked = peer;
    return peer;
  }

  private static HostilePeer initialize(HostilePeer peer, HostileCase row) {
    peer.host().icReq(row.headerDigest(), row.dataDigest(), 0);
    assertThat(ask(peer).type()).isEqualTo(PduType.IC_RESP);
    return peer;
  }

  private HostilePeer connectAdmin(HostilePeer peer) {
    peer.host().connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, nqn, false);
    HostSide.Pdu answer = ask(peer);
    assertThat(answer.status()).isZero();
    cntlid = (int) answer.result();
    return peer;
  }

  private static HostilePeer enable(HostilePeer peer) {
    peer.host().propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(ask(peer).status()).isZero();
    return peer;
  }

  private static HostSide.Pdu ask(HostilePeer peer) {
    peer.send(peer.host().take());
    HostSide.Pdu answer = peer.next();
    assertThat(answer).as("an answer, and not the end").isNotNull();
    return Objects.requireNonNull(answer);
  }

  private void attack(HostilePeer peer, HostileCase row) {
    int cid = FIRST_CID;
    for (HostilePdu pdu : row.sent()) {
      for (int i = 0; i < pdu.repeat(); i++) {
        byte[] bytes = pdu.bytes(peer.host(), nqn, cntlid, ttag, cid++);
        int cut = pdu.cut(bytes.length);
        peer.send(Arrays.copyOf(bytes, cut));
        if (cut < bytes.length) {
          peer.halfClose();
        }
      }
    }
  }

  private void judge(HostilePeer peer, HostileCase row) {
    for (String step : row.expected().split(",")) {
      String[] words = step.strip().split(" ");
      switch (words[0]) {
        case "term" -> terminated(peer, words);
        case "closed" -> assertThat(peer.next()).as("nothing but the end").isNull();
        case "icresp" -> assertThat(received(peer).type()).isEqualTo(PduType.IC_RESP);
        case "r2t" -> assertThat(received(peer).type()).isEqualTo(PduType.R2T);
        case "data" -> assertThat(received(peer).type()).isEqualTo(PduType.C2H_DATA);
        case "status" -> {
          HostSide.Pdu answer = received(peer);
          assertThat(answer.type()).isEqualTo(PduType.CAPSULE_RESP);
          assertThat(Integer.toHexString(answer.status())).isEqualTo(words[1]);
          if (words.length > 2) {
            assertThat(Long.toHexString(answer.result())).as("result").isEqualTo(words[2]);
          }
        }
        case "overrun" -> overrun(peer);
        case "many" -> {
          for (int i = row.sent().getFirst().repeat(); i > 0; i--) {
            assertThat(Integer.toHexString(received(peer).status())).isEqualTo(words[1]);
          }
        }
        case "alive" -> alive(peer, row);
        default -> throw new IllegalArgumentException("line " + row.line() + ": " + step);
      }
    }
  }

  private static HostSide.Pdu received(HostilePeer peer) {
    HostSide.Pdu pdu = peer.next();
    assertThat(pdu).as("an answer, and not the end").isNotNull();
    return Objects.requireNonNull(pdu);
  }

  private static void terminated(HostilePeer peer, String[] words) {
    HostSide.Pdu report = received(peer);
    assertThat(report.type()).isEqualTo(PduType.C2H_TERM_REQ);
    assertThat(report.fes()).as("FES").isEqualTo(Integer.parseInt(words[1]));
    if (!words[2].equals("*")) {
      assertThat(report.fei()).as("FEI").isEqualTo(Long.parseLong(words[2]));
    }
    assertThat(peer.next()).as("the end, after the report").isNull();
    assertThat(peer.reset()).as("a reset, which may overtake the report").isFalse();
  }

  private static void overrun(HostilePeer peer) {
    HostSide.Pdu pdu = peer.next();
    assertThat(pdu).isNotNull();
    while (pdu != null) {
      assertThat(pdu.type()).isEqualTo(PduType.R2T);
      pdu = peer.next();
    }
  }

  // Nothing was answered beyond what the case says, and the next command is.
  private void alive(HostilePeer peer, HostileCase row) {
    switch (row.state()) {
      case "initialized" ->
          peer.host().connect(ALIVE_CID, 0, 31, Fabrics.CNTLID_DYNAMIC, nqn, false);
      case "connected", "admin" -> peer.host().propertyGet(ALIVE_CID, Fabrics.PROPERTY_CSTS, false);
      default -> peer.host().read(ALIVE_CID, 1L << 40, 1, 4096);
    }
    HostSide.Pdu answer = ask(peer);
    assertThat(answer.type()).isEqualTo(PduType.CAPSULE_RESP);
    assertThat(answer.cid()).isEqualTo(ALIVE_CID);
  }

  private void closeAll() {
    if (attacked != null) {
      attacked.close();
    }
    if (admin != null) {
      admin.close();
    }
  }
}
