package io.nvmetcp.target.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import java.util.Objects;

/** A well-behaved host beside the hostile one: it writes, reads back and compares. */
final class Neighbour implements AutoCloseable {
  private static final int BLOCK = 4096;

  private final SocketPeer admin;
  private final SocketPeer io;
  private final long slba;
  private int round;

  Neighbour(int port, String nqn, long slba) {
    this.slba = slba;
    admin = new SocketPeer(port);
    io = new SocketPeer(port);
    int cntlid = connect(admin, 0, Fabrics.CNTLID_DYNAMIC, nqn);
    admin.host().propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(ask(admin).status()).isZero();
    assertThat(connect(io, 1, cntlid, nqn)).isEqualTo(cntlid);
  }

  private static int connect(SocketPeer peer, int qid, int cntlid, String nqn) {
    peer.host().icReq(true, true, 0);
    assertThat(ask(peer).type()).isEqualTo(PduType.IC_RESP);
    // Without a keep-alive timeout: it may wait long for its turn on a busy machine.
    byte[] sqe = HostSide.connectSqe(1, qid, 31, false);
    LittleEndian.put32(sqe, ConnectCommand.KATO, 0);
    Sgl.inCapsule(sqe, 0, ConnectData.BYTES);
    peer.host()
        .capsule(sqe, new ConnectData(HostSide.HOST_ID, cntlid, nqn, HostSide.HOST_NQN).encode());
    HostSide.Pdu answer = ask(peer);
    assertThat(answer.status()).isZero();
    return (int) answer.result();
  }

  private static HostSide.Pdu ask(SocketPeer peer) {
    peer.send(peer.host().take());
    return Objects.requireNonNull(peer.next(), "the target closed a well-behaved connection");
  }

  /** Its I/O queue, for work of the test's own. */
  SocketPeer io() {
    return io;
  }

  /** One round of honest work; fails if the target lets it down in any way. */
  void works() {
    byte[] data = HostSide.pattern(BLOCK, ++round);
    io.host().writeInCapsule(10, slba, data, BLOCK);
    HostSide.Pdu written = ask(io);
    assertThat(written).hasToString("resp 10 0");
    io.host().read(11, slba, 1, BLOCK);
    HostSide.Pdu read = ask(io);
    assertThat(read.digestRight()).isTrue();
    assertThat(read.data()).isEqualTo(data);
    assertThat(io.host().received).isEmpty();
    assertThat(admin.host().received).isEmpty();
  }

  @Override
  public void close() {
    io.close();
    admin.close();
  }
}
