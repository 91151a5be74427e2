package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.Role;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes captures for tests: segments of TCP connections, as pcap or pcapng of several link types.
 */
final class Capture {
  static final int PORT = 4420;
  private static final int SYN = 2;
  private static final int FIN = 1;
  private static final int ACK = 16;

  /** How a frame is wrapped. */
  enum Link {
    NULL(0, 4),
    ETHERNET(1, 14),
    VLAN(1, 18),
    RAW(101, 0),
    SLL(113, 16),
    SLL2(276, 20);

    private final int type;
    private final int headerBytes;

    Link(int type, int headerBytes) {
      this.type = type;
      this.headerBytes = headerBytes;
    }
  }

  private final Link link;
  private final boolean ipv6;
  private final List<byte[]> frames = new ArrayList<>();

  Capture(Link link, boolean ipv6) {
    this.link = link;
    this.ipv6 = ipv6;
  }

  /** A capture of Ethernet and IPv4. */
  static Capture ethernet() {
    return new Capture(Link.ETHERNET, false);
  }

  /** A connection from {@code port}, whose handshake is not captured yet. */
  Stream stream(int port) {
    return new Stream(port);
  }

  /** The frames, to be moved about. */
  List<byte[]> frames() {
    return frames;
  }

  /** The capture as pcap, every frame cut to {@code snapBytes}. */
  byte[] pcap(ByteOrder order, int snapBytes) {
    var out = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(24).order(order);
    header.putInt(0xA1B2C3D4).putShort((short) 2).putShort((short) 4).putLong(0);
    header.putInt(snapBytes).putInt(link.type);
    out.writeBytes(header.array());
    for (byte[] frame : frames) {
      int kept = Math.min(snapBytes, frame.length);
      ByteBuffer record = ByteBuffer.allocate(16).order(order);
      record.putInt(1).putInt(2).putInt(kept).putInt(frame.length);
      out.writeBytes(record.array());
      out.write(frame, 0, kept);
    }
    return out.toByteArray();
  }

  byte[] pcap() {
    return pcap(ByteOrder.LITTLE_ENDIAN, 0x40000);
  }

  /** The capture as pcapng; packets in enhanced or simple blocks, statistics at the end. */
  byte[] pcapng(ByteOrder order, boolean simple) {
    var out = new ByteArrayOutputStream();
    block(out, order, 0x0A0D0D0A, ints(order, 0x1A2B3C4D, 0x00010000, -1, -1));
    ByteBuffer link = ByteBuffer.allocate(8).order(order).putShort((short) this.link.type);
    block(out, order, 1, link.array());
    for (byte[] frame : frames) {
      byte[] head =
          simple ? ints(order, frame.length) : ints(order, 0, 0, 0, frame.length, frame.length);
      ByteBuffer body = ByteBuffer.allocate(head.length + (frame.length + 3) / 4 * 4);
      block(out, order, simple ? 3 : 6, body.put(head).put(frame).array());
    }
    block(out, order, 5, ints(order, 0, 0, 0));
    return out.toByteArray();
  }

  private static byte[] ints(ByteOrder order, int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(order);
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }

  private static void block(ByteArrayOutputStream out, ByteOrder order, int type, byte[] body) {
    out.writeBytes(ints(order, type, body.length + 12));
    out.writeBytes(body);
    out.writeBytes(ints(order, body.length + 12));
  }

  /** One TCP connection. */
  final class Stream {
    private final int port;
    private final Map<Role, Integer> next = new EnumMap<>(Role.class);

    private Stream(int port) {
      this.port = port;
      next.put(Role.HOST, -300);
      next.put(Role.CONTROLLER, 77);
    }

    Stream handshake() {
      frame(Role.HOST, SYN, 0, new byte[0]);
      next.merge(Role.HOST, 1, Integer::sum);
      frame(Role.CONTROLLER, SYN | ACK, 0, new byte[0]);
      next.merge(Role.CONTROLLER, 1, Integer::sum);
      frame(Role.HOST, ACK, 0, new byte[0]);
      return this;
    }

    Stream send(List<Script.Turn> turns) {
      turns.forEach(turn -> send(turn.sender(), turn.bytes()));
      return this;
    }

    void send(Role sender, byte[] bytes) {
      frame(sender, ACK, 0, bytes);
      next.merge(sender, bytes.length, Integer::sum);
    }

    /** A segment away from its turn. */
    void sendAt(Role sender, int distance, byte[] bytes) {
      frame(sender, ACK, distance, bytes);
    }

    /** Bytes that the capture missed. */
    void skip(Role sender, int bytes) {
      next.merge(sender, bytes, Integer::sum);
    }

    void close() {
      frame(Role.HOST, FIN | ACK, 0, new byte[0]);
      frame(Role.CONTROLLER, FIN | ACK, 0, new byte[0]);
    }

    private void frame(Role sender, int flags, int distance, byte[] payload) {
      int ipBytes = ipv6 ? 40 : 20;
      ByteBuffer frame = ByteBuffer.allocate(link.headerBytes + ipBytes + 20 + payload.length);
      int etherType = ipv6 ? 0x86DD : 0x0800;
      if (link == Link.ETHERNET) {
        frame.putShort(12, (short) etherType);
      } else if (link == Link.VLAN) {
        frame.putShort(12, (short) 0x8100).putShort(14, (short) 5).putShort(16, (short) etherType);
      }
      frame.position(link.headerBytes);
      int host = 1;
      int controller = 2;
      int source = sender == Role.HOST ? host : controller;
      int destination = sender == Role.HOST ? controller : host;
      if (ipv6) {
        frame
            .putInt(0x60000000)
            .putShort((short) (20 + payload.length))
            .put((byte) 6)
            .put((byte) 9);
        frame.putLong(0).putLong(source).putLong(0).putLong(destination);
      } else {
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (40 + payload.length));
        frame.putInt(0x4000).put((byte) 9).put((byte) 6).putShort((short) 0);
        frame.putInt(0x0A000000 + source).putInt(0x0A000000 + destination);
      }
      frame.putShort((short) (sender == Role.HOST ? port : PORT));
      frame.putShort((short) (sender == Role.HOST ? PORT : port));
      frame.putInt(next.getOrDefault(sender, 0) + distance).putInt(0);
      frame.put((byte) 0x50).put((byte) flags).putShort((short) -1).putInt(0).put(payload);
      frames.add(frame.array());
    }
  }
}
