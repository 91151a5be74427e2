package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.Role;
import org.jspecify.annotations.Nullable;

/** One TCP connection of a capture: finds out who is who and where PDUs begin. */
final class Connection {
  private final DecodeListener listener;
  private final int number;
  private final int port;
  private final Half first;
  private final Half second;
  private long synSequence = -1;
  private boolean foreign;
  private boolean ended;
  private @Nullable ConversationDecoder conversation;

  /**
   * @param segment the first of the connection that was captured
   * @param number of the connection
   * @param port TCP port of controllers, or 0 if unknown
   */
  Connection(DecodeListener listener, Segment segment, int number, int port) {
    this.listener = listener;
    this.number = number;
    this.port = port;
    first = new Half(segment.flow());
    second = new Half(segment.destination() + ">" + segment.source());
    if (segment.syn()) {
      // Whoever opens the connection is the host.
      roles(segment.ack() ? Role.CONTROLLER : Role.HOST);
      first.start.anchor();
      second.start.anchor();
      synSequence = segment.ack() ? -1 : segment.sequence();
    } else if (port != 0) {
      roles(segment.source().endsWith(":" + port) ? Role.CONTROLLER : Role.HOST);
    }
  }

  /** True if {@code segment} opens another connection between the same ends. */
  boolean isReopenedBy(Segment segment) {
    return segment.syn() && !segment.ack() && segment.sequence() != synSequence;
  }

  void accept(Segment segment) {
    if (!foreign) {
      Half half = segment.flow().equals(first.flow) ? first : second;
      half.closed |= segment.fin();
      half.tcp.accept(segment);
    }
  }

  private void roles(Role sendsFirst) {
    first.sender = sendsFirst;
    second.sender = sendsFirst.peer();
    boolean host = sendsFirst == Role.HOST;
    conversation =
        new ConversationDecoder(
            listener, number, host ? first.flow : second.flow, host ? second.flow : first.flow);
  }

  /** The capture is over, or the connection was replaced by another. */
  void end() {
    if (!ended) {
      ended = true;
      first.end();
      second.end();
    }
  }

  /** One direction. */
  private final class Half implements TcpStream.Listener {
    private final String flow;
    private final TcpStream tcp = new TcpStream(this);
    private final PduStart start = new PduStart();
    private @Nullable Role sender;
    private boolean closed;
    private long received;

    Half(String flow) {
      this.flow = flow;
    }

    @Override
    public void bytes(byte[] bytes) {
      if (foreign) {
        return;
      }
      received += bytes.length;
      boolean before = start.found();
      byte[] ready = start.feed(bytes, sender);
      if (start.hopeless()) {
        foreign = true;
        if (port != 0) {
          listener.problem(
              new Place(number, flow, sender, 0), null, "this connection is no NVMe/TCP");
        }
        return;
      }
      if (ready.length == 0) {
        return;
      }
      Role role = sender;
      if (role == null) {
        role = PduStart.type(ready).sender();
        roles(this == first ? role : role.peer());
      }
      ConversationDecoder decoder = conversation;
      if (decoder == null) {
        throw new AssertionError("roles are known, so there is a decoder");
      }
      if (!before && start.skipped() > 0) {
        decoder.note(
            role, 0, "%d bytes of a PDU that began before the capture".formatted(start.skipped()));
      }
      decoder.direction(role).accept(ready, received - ready.length);
    }

    @Override
    public void lost(String reason) {
      ConversationDecoder decoder = conversation;
      Role role = sender;
      if (decoder != null && role != null && start.found()) {
        decoder.bad(role, received, null, reason);
        decoder.direction(role).abandon();
      }
    }

    void end() {
      tcp.end();
      ConversationDecoder decoder = conversation;
      Role role = sender;
      if (decoder != null && role != null && !foreign) {
        decoder.direction(role).end(closed);
      }
    }
  }
}
