package io.nvmetcp.testing.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes down both directions of one connection, a line per PDU in the order in which they passed:
 * {@code >} from the host, {@code <} from the controller. What the two agree on it learns from
 * their ICReq and ICResp, and from Connect whether it listens to an admin or an I/O queue.
 *
 * <p>Nonsense is written down as the fault that its receiver would find; from there on that
 * direction is not followed.
 */
public final class Wiretap {
  private final List<String> lines = new ArrayList<>();
  private final Transcript fromHost = side(Role.CONTROLLER, "> ", this::hostSaid);
  private final Transcript fromController = side(Role.HOST, "< ", this::controllerSaid);
  private IcRequest request = new IcRequest(0, 0, false, false, 0);

  /** A tap on a connection from its first byte on. */
  public Wiretap() {}

  private Transcript side(Role receiver, String prefix, Transcript.Heard heard) {
    return new Transcript(
        Limits.initial(receiver, Integer.MAX_VALUE, Integer.MAX_VALUE), lines, prefix, heard);
  }

  /** Bytes on their way from host to controller. */
  public void host(byte[] bytes) {
    fromHost.read(bytes);
  }

  /** Bytes on their way from controller to host. */
  public void controller(byte[] bytes) {
    fromController.read(bytes);
  }

  private void hostSaid(PduType type, byte[] header) {
    if (type == PduType.IC_REQ) {
      request = IcRequest.decode(header);
      // A hasty host sends more before it knows the answer; then it can't use digests.
      agree(fromHost, new Negotiated(false, false, request.hpda(), 0, 1, 4096));
    }
    int sqe = PduFields.SQE;
    if (type == PduType.CAPSULE_CMD
        && Sqe.opcode(header, sqe) == Fabrics.OPCODE
        && Sqe.fctype(header, sqe) == Fabrics.CONNECT) {
      boolean admin = ConnectCommand.qid(header, sqe) == 0;
      fromHost.queue(admin ? PduPrinter.Queue.ADMIN : PduPrinter.Queue.IO);
    }
  }

  private void controllerSaid(PduType type, byte[] header) {
    if (type == PduType.IC_RESP) {
      Negotiated agreed = Negotiated.of(request, IcResponse.decode(header));
      agree(fromHost, agreed);
      agree(fromController, agreed);
    }
  }

  private static void agree(Transcript side, Negotiated agreed) {
    side.reader().limits(side.reader().limits().with(agreed));
  }

  /** The lines since the last look, as text. */
  public String take() {
    String text = String.join("\n", lines);
    lines.clear();
    return text;
  }

  /**
   * Compares what passed since the last look with a text block; a final line break is no matter.
   */
  public void passed(String expected) {
    assertThat(take()).isEqualTo(expected.stripTrailing());
  }
}
