package io.nvmetcp.cli.decode;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pcap and pcapng files as streams of TCP segments. */
final class CaptureReader {
  /** Takes the segments in the order in which they were captured. */
  interface Segments {
    void accept(Segment segment) throws IOException;
  }

  private static final int PCAP_MICROS = 0xA1B2C3D4;
  private static final int PCAP_NANOS = 0xA1B23C4D;
  private static final int PCAPNG_SECTION = 0x0A0D0D0A;
  private static final int PCAPNG_BYTE_ORDER = 0x1A2B3C4D;
  private static final int PCAPNG_INTERFACE = 1;
  private static final int PCAPNG_SIMPLE_PACKET = 3;
  private static final int PCAPNG_ENHANCED_PACKET = 6;
  // No capture holds larger frames; a larger number is a broken file.
  private static final int MAX_FRAME_BYTES = 1 << 24;

  private final InputStream in;
  private final Segments segments;
  private long position;

  CaptureReader(InputStream in, Segments segments) {
    this.in = in;
    this.segments = segments;
  }

  /** True if a file that starts with these four bytes is a capture. */
  static boolean isCapture(byte[] start) {
    if (start.length < 4) {
      return false;
    }
    int big = ByteBuffer.wrap(start).getInt();
    int little = Integer.reverseBytes(big);
    return big == PCAPNG_SECTION
        || big == PCAP_MICROS
        || big == PCAP_NANOS
        || little == PCAP_MICROS
        || little == PCAP_NANOS;
  }

  void read() throws IOException {
    byte[] magic = bytes(4);
    if (ByteBuffer.wrap(magic).getInt() == PCAPNG_SECTION) {
      pcapng();
    } else {
      pcap(magic);
    }
  }

  private void pcap(byte[] magic) throws IOException {
    int big = ByteBuffer.wrap(magic).getInt();
    ByteOrder order =
        big == PCAP_MICROS || big == PCAP_NANOS ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer header = ByteBuffer.wrap(bytes(20)).order(order);
    int linkType = header.getInt(16) & 0xFFFF;
    checkLink(linkType);
    byte[] record;
    while ((record = bytesOrEnd(16)) != null) {
      int captured = ByteBuffer.wrap(record).order(order).getInt(8);
      frame(linkType, bytes(checked(captured)));
    }
  }

  private void pcapng() throws IOException {
    List<Integer> links = new ArrayList<>();
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    int type = PCAPNG_SECTION;
    while (true) {
      if (type == PCAPNG_SECTION) {
        byte[] start = bytes(8);
        order =
            ByteBuffer.wrap(start).getInt(4) == PCAPNG_BYTE_ORDER
                ? ByteOrder.BIG_ENDIAN
                : ByteOrder.LITTLE_ENDIAN;
        int length = ByteBuffer.wrap(start).order(order).getInt(0);
        int magic = ByteBuffer.wrap(start).order(order).getInt(4);
        if (magic != PCAPNG_BYTE_ORDER) {
          throw broken("a section that names no byte order");
        }
        bytes(checked(length - 12));
        links.clear();
      } else {
        int length = ByteBuffer.wrap(bytes(4)).order(order).getInt();
        ByteBuffer body = ByteBuffer.wrap(bytes(checked(length - 8))).order(order);
        block(type, body, links);
      }
      byte[] next = bytesOrEnd(4);
      if (next == null) {
        return;
      }
      type = ByteBuffer.wrap(next).order(order).getInt();
    }
  }

  private void block(int type, ByteBuffer body, List<Integer> links) throws IOException {
    switch (type) {
      case PCAPNG_INTERFACE -> {
        atLeast(body, 8);
        int linkType = body.getShort(0) & 0xFFFF;
        checkLink(linkType);
        links.add(linkType);
      }
      case PCAPNG_ENHANCED_PACKET -> {
        atLeast(body, 20);
        int index = body.getInt(0);
        int captured = body.getInt(12);
        if (index < 0 || index >= links.size() || captured < 0 || captured > body.limit() - 20) {
          throw broken("a packet block that contradicts itself");
        }
        frame(links.get(index), slice(body, 20, captured));
      }
      case PCAPNG_SIMPLE_PACKET -> {
        atLeast(body, 8);
        if (links.isEmpty()) {
          throw broken("a packet block without an interface");
        }
        // The block gives the packet's length, of which a snap length may have left less.
        long length = Integer.toUnsignedLong(body.getInt(0));
        frame(links.get(0), slice(body, 4, (int) Math.min(length, body.limit() - 8)));
      }
      default -> {
        // Statistics, name resolution and the like: not ours.
      }
    }
  }

  private void atLeast(ByteBuffer body, int size) throws MalformedInputException {
    if (body.limit() < size) {
      throw broken("a block of %d bytes that needs %d".formatted(body.limit(), size));
    }
  }

  private static byte[] slice(ByteBuffer body, int at, int length) {
    byte[] bytes = new byte[length];
    body.get(at, bytes);
    return bytes;
  }

  private void frame(int linkType, byte[] frame) throws IOException {
    Segment segment = SegmentParser.parse(linkType, frame);
    if (segment != null) {
      segments.accept(segment);
    }
  }

  private void checkLink(int linkType) throws MalformedInputException {
    if (!SegmentParser.isKnownLink(linkType)) {
      throw new MalformedInputException(
          "captures of link type %d are not understood; there are Ethernet, raw IP, loopback and"
                  .formatted(linkType)
              + " Linux cooked ones");
    }
  }

  private int checked(int length) throws MalformedInputException {
    if (length < 0 || length > MAX_FRAME_BYTES) {
      throw broken("a length of " + Integer.toUnsignedString(length));
    }
    return length;
  }

  private MalformedInputException broken(String what) {
    return new MalformedInputException("the capture is broken near byte " + position + ": " + what);
  }

  private EOFException brokenOff(int more) {
    return new EOFException("the capture breaks off at byte " + (position + more));
  }

  private byte[] bytes(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw brokenOff(bytes.length);
    }
    position += count;
    return bytes;
  }

  private byte @Nullable [] bytesOrEnd(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length == 0) {
      return null;
    }
    if (bytes.length < count) {
      throw brokenOff(bytes.length);
    }
    position += count;
    return bytes;
  }
}
