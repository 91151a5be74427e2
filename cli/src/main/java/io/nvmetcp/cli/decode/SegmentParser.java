package io.nvmetcp.cli.decode;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds the TCP segment in a captured frame; frames of anything else are passed over. */
final class SegmentParser {
  /** Link types of captures (www.tcpdump.org/linktypes.html). */
  private static final int NULL = 0;

  private static final int ETHERNET = 1;
  private static final int RAW = 101;
  private static final int LINUX_SLL = 113;
  private static final int LINUX_SLL2 = 276;

  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86DD;
  private static final int ETHERTYPE_VLAN = 0x8100;
  private static final int TCP = 6;
  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int ACK = 0x10;

  private SegmentParser() {}

  static boolean isKnownLink(int linkType) {
    return linkType == NULL
        || linkType == ETHERNET
        || linkType == RAW
        || linkType == LINUX_SLL
        || linkType == LINUX_SLL2;
  }

  /** The segment in {@code frame}, or null if it holds none. */
  static @Nullable Segment parse(int linkType, byte[] frame) {
    ByteBuffer in = ByteBuffer.wrap(frame);
    return switch (linkType) {
      case NULL -> in.remaining() < 4 ? null : ip(in.position(4));
      case RAW -> ip(in);
      case ETHERNET -> ethernet(in);
      case LINUX_SLL -> in.remaining() < 16 ? null : ip(in.position(16));
      case LINUX_SLL2 -> in.remaining() < 20 ? null : ip(in.position(20));
      default -> null;
    };
  }

  private static @Nullable Segment ethernet(ByteBuffer in) {
    int at = 12;
    while (in.limit() >= at + 2) {
      int type = in.getShort(at) & 0xFFFF;
      at += 2;
      if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6) {
        return ip(in.position(at));
      }
      if (type != ETHERTYPE_VLAN) {
        return null;
      }
      at += 2;
    }
    return null;
  }

  private static @Nullable Segment ip(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return null;
    }
    int version = in.get(in.position()) >>> 4 & 0xF;
    return switch (version) {
      case 4 -> ipv4(in);
      case 6 -> ipv6(in);
      default -> null;
    };
  }

  private static @Nullable Segment ipv4(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < 20) {
      return null;
    }
    int headerBytes = (in.get(at) & 0xF) * 4;
    int totalBytes = in.getShort(at + 2) & 0xFFFF;
    boolean fragment = (in.getShort(at + 6) & 0x3FFF) != 0;
    if (in.get(at + 9) != TCP || fragment || headerBytes < 20) {
      return null;
    }
    // 0: the capture saw the packet before segmentation offload filled the length in.
    int end = totalBytes == 0 ? in.limit() : at + totalBytes;
    return tcp(in, at + headerBytes, end, address(in, at + 12, 4), address(in, at + 16, 4));
  }

  private static @Nullable Segment ipv6(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < 40 || in.get(at + 6) != TCP) {
      return null;
    }
    int payloadBytes = in.getShort(at + 4) & 0xFFFF;
    int end = payloadBytes == 0 ? in.limit() : at + 40 + payloadBytes;
    return tcp(in, at + 40, end, address(in, at + 8, 16), address(in, at + 24, 16));
  }

  private static @Nullable Segment tcp(
      ByteBuffer in, int at, int end, String source, String destination) {
    if (at + 20 > Math.min(end, in.limit())) {
      return null;
    }
    int headerBytes = (in.get(at + 12) >>> 4 & 0xF) * 4;
    int dataAt = at + headerBytes;
    if (headerBytes < 20 || dataAt > end) {
      return null;
    }
    int flags = in.get(at + 13);
    // A capture may hold less of a packet than was sent.
    int captured = Math.max(0, Math.min(end, in.limit()) - dataAt);
    return new Segment(
        source + ":" + (in.getShort(at) & 0xFFFF),
        destination + ":" + (in.getShort(at + 2) & 0xFFFF),
        in.getInt(at + 4) & 0xFFFF_FFFFL,
        (flags & SYN) != 0,
        (flags & ACK) != 0,
        (flags & FIN) != 0,
        copy(in, Math.min(dataAt, in.limit()), captured),
        end - dataAt - captured);
  }

  private static byte[] copy(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  private static String address(ByteBuffer in, int at, int length) {
    try {
      String text = InetAddress.getByAddress(copy(in, at, length)).getHostAddress();
      return length == 16 ? "[" + text + "]" : text;
    } catch (UnknownHostException e) {
      throw new AssertionError("4 and 16 bytes are addresses", e);
    }
  }
}
