package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** A blocking socket round a {@link HostSide}. */
final class HostConnection implements AutoCloseable {
  final Socket socket;
  final HostSide host = new HostSide();
  private final String nqn;
  private final byte[] buffer = new byte[64 * 1024];

  HostConnection(int port, String nqn) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    this.nqn = nqn;
  }

  /** Sends what was written and waits for a PDU. */
  HostSide.Pdu next() throws IOException {
    socket.getOutputStream().write(host.take());
    while (host.received.isEmpty()) {
      int got = socket.getInputStream().read(buffer);
      if (got < 0) {
        throw new IOException("closed");
      }
      host.receive(buffer, got);
    }
    return host.received.remove();
  }

  @CanIgnoreReturnValue
  int connect(int qid, int cntlid) throws IOException {
    host.icReq(true, true, 0);
    assertThat(next().type()).isEqualTo(PduType.IC_RESP);
    host.connect(1, qid, 31, cntlid, nqn, false);
    HostSide.Pdu answer = next();
    assertThat(answer.status()).isZero();
    return (int) answer.result();
  }

  /** Connects an admin queue and enables its controller; returns the controller's identifier. */
  @CanIgnoreReturnValue
  int enable() throws IOException {
    int cntlid = connect(0, Fabrics.CNTLID_DYNAMIC);
    host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(next().status()).isZero();
    return cntlid;
  }

  /** Sends an admin command and waits for its answer: the data if it has some. */
  @CanIgnoreReturnValue
  HostSide.Pdu admin(int opcode, long nsid, long cdw10, long cdw11, int dataBytes)
      throws IOException {
    host.admin(opcode, 7, nsid, cdw10, cdw11, dataBytes);
    return next();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
