package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.Role;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Builds a pcap file of TCP connections over IPv4 and Ethernet. */
final class PcapFile {
  private static final int MAGIC_MICROS = 0xA1B2C3D4;
  private static final int ETHERNET = 1;
  private static final int SNAP_BYTES = 0x40000;
  private static final int ETHERNET_BYTES = 14;
  private static final int IP_BYTES = 20;
  private static final int TCP_BYTES = 20;
  private static final int PROTOCOL_TCP = 6;
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int PUSH = 8;
  private static final int ACK = 16;
  private static final int WINDOW = 0xFFFF;
  private static final int TIME_TO_LIVE = 64;
  private static final int MICROS_PER_FRAME = 100;
  private static final int MICROS_PER_SECOND = 1_000_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long micros = 1_700_000_000L * MICROS_PER_SECOND;
  private int identification;

  PcapFile() {
    ByteBuffer header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(MAGIC_MICROS).putShort((short) 2).putShort((short) 4).putInt(0).putInt(0);
    header.putInt(SNAP_BYTES).putInt(ETHERNET);
    out.writeBytes(bytes(header));
  }

  /** The file so far. */
  byte[] toByteArray() {
    return out.toByteArray();
  }

  /** Opens a connection from the host's {@code port} to the controller's {@code servicePort}. */
  Connection connect(int port, int servicePort) {
    Connection connection = new Connection(port, servicePort);
    connection.frame(Role.HOST, SYN, 0, new byte[0]);
    connection.advance(Role.HOST, 1);
    connection.frame(Role.CONTROLLER, SYN | ACK, 0, new byte[0]);
    connection.advance(Role.CONTROLLER, 1);
    connection.frame(Role.HOST, ACK, 0, new byte[0]);
    return connection;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** One TCP connection. */
  final class Connection {
    private final Map<Role, Integer> ports = new EnumMap<>(Role.class);
    // Sequence numbers near the wrap, so that they do.
    private final Map<Role, Integer> next = new EnumMap<>(Role.class);

    private Connection(int port, int servicePort) {
      ports.put(Role.HOST, port);
      ports.put(Role.CONTROLLER, servicePort);
      next.put(Role.HOST, -200);
      next.put(Role.CONTROLLER, Integer.MAX_VALUE - 100);
    }

    /** Sends a segment. */
    void send(Role sender, byte[] payload) {
      frame(sender, PUSH | ACK, 0, payload);
      advance(sender, payload.length);
    }

    /**
     * Captures a segment away from its turn: one that comes early, or comes again.
     *
     * @param distance bytes from the next in turn to its first
     */
    void sendAt(Role sender, int distance, byte[] payload) {
      frame(sender, PUSH | ACK, distance, payload);
    }

    /** Both ends close. */
    void close() {
      for (Role role : Role.values()) {
        frame(role, FIN | ACK, 0, new byte[0]);
        advance(role, 1);
      }
      frame(Role.HOST, ACK, 0, new byte[0]);
    }

    private void advance(Role sender, int bytes) {
      next.merge(sender, bytes, Integer::sum);
    }

    private int get(Map<Role, Integer> map, Role role) {
      return map.getOrDefault(role, 0);
    }

    private void frame(Role sender, int flags, int distance, byte[] payload) {
      int ipBytes = IP_BYTES + TCP_BYTES + payload.length;
      ByteBuffer ip = ByteBuffer.allocate(IP_BYTES);
      ip.put((byte) 0x45).put((byte) 0).putShort((short) ipBytes);
      ip.putShort((short) identification++).putShort((short) 0x4000);
      ip.put((byte) TIME_TO_LIVE).put((byte) PROTOCOL_TCP).putShort((short) 0);
      byte[] source = address(sender);
      byte[] destination = address(sender.peer());
      ip.put(source).put(destination);
      ip.putShort(10, checksum(bytes(ip)));

      ByteBuffer tcp = ByteBuffer.allocate(TCP_BYTES + payload.length);
      tcp.putShort((short) get(ports, sender)).putShort((short) get(ports, sender.peer()));
      tcp.putInt(get(next, sender) + distance);
      tcp.putInt((flags & ACK) == 0 ? 0 : get(next, sender.peer()));
      tcp.put((byte) (TCP_BYTES / 4 << 4)).put((byte) flags).putShort((short) WINDOW);
      tcp.putShort((short) 0).putShort((short) 0).put(payload);
      ByteBuffer pseudo = ByteBuffer.allocate(12 + tcp.limit());
      pseudo.put(source).put(destination).putShort((short) PROTOCOL_TCP);
      pseudo.putShort((short) tcp.limit()).put(bytes(tcp));
      tcp.putShort(16, checksum(bytes(pseudo)));

      ByteBuffer record = ByteBuffer.allocate(16 + ETHERNET_BYTES + ipBytes);
      record.order(ByteOrder.LITTLE_ENDIAN);
      record.putInt((int) (micros / MICROS_PER_SECOND)).putInt((int) (micros % MICROS_PER_SECOND));
      record.putInt(ETHERNET_BYTES + ipBytes).putInt(ETHERNET_BYTES + ipBytes);
      record.order(ByteOrder.BIG_ENDIAN);
      record.put(station(sender.peer())).put(station(sender)).putShort((short) 0x0800);
      record.put(bytes(ip)).put(bytes(tcp));
      out.writeBytes(bytes(record));
      micros += MICROS_PER_FRAME;
    }

    private byte[] address(Role role) {
      return new byte[] {10, 0, 0, (byte) (role == Role.HOST ? 1 : 2)};
    }

    private byte[] station(Role role) {
      return new byte[] {2, 0, 0, 0, 0, (byte) (role == Role.HOST ? 1 : 2)};
    }
  }

  // RFC 1071; an odd last byte is filled up with zero.
  private static short checksum(byte[] bytes) {
    byte[] even = Arrays.copyOf(bytes, bytes.length + (bytes.length & 1));
    long sum = 0;
    for (int i = 0; i < even.length; i += 2) {
      sum += (even[i] & 0xFF) << 8 | (even[i + 1] & 0xFF);
    }
    while (sum > 0xFFFF) {
      sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return (short) ~sum;
  }
}
