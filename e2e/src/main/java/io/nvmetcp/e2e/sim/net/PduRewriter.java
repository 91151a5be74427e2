package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Makes another stream of PDUs of the one that an end sends, PDU by PDU. */
abstract class PduRewriter {
  private final PduTracker tracker = new PduTracker();
  private byte[] out = new byte[1024];
  private int length;

  /** The PDU in hand. */
  byte[] pdu = new byte[256];

  /** Its bytes so far. */
  int filled;

  PduRewriter() {}

  /** A PDU is complete: {@link #put} what is to be sent in its place. */
  abstract void whole();

  /** Where lies are told, the next few PDUs are some. */
  void provoke() {}

  /** From now on the stream is as it was sent. */
  abstract void calm();

  /**
   * Takes bytes of the stream; what is to be sent in their place is in {@link #out}.
   *
   * @return how many bytes that are
   */
  int take(byte[] bytes, int count) {
    length = 0;
    int at = 0;
    while (at < count) {
      int step = tracker.take(bytes, at, count - at);
      keep(bytes, at, step);
      at += step;
      if (tracker.part() == PduTracker.Part.LOST) {
        // No stream of PDUs.
        put(pdu, filled);
        filled = 0;
      } else if (tracker.atBoundary()) {
        whole();
        filled = 0;
      }
    }
    return length;
  }

  /** What is to be sent; borrowed until the next {@link #take}. */
  byte[] out() {
    return out;
  }

  private void keep(byte[] bytes, int from, int count) {
    if (filled + count > pdu.length) {
      pdu = Arrays.copyOf(pdu, Math.max(2 * pdu.length, filled + count));
    }
    System.arraycopy(bytes, from, pdu, filled, count);
    filled += count;
  }

  /** Sends bytes. */
  final void put(byte[] bytes, int count) {
    if (length + count > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + count));
    }
    System.arraycopy(bytes, 0, out, length, count);
    length += count;
  }

  /** A header digest becomes that of the header. */
  final void redigest(int hlen) {
    int flags = LittleEndian.u8(pdu, PduFields.FLAGS);
    if ((flags & PduFlags.HDGST) != 0 && hlen + PduFields.DIGEST_BYTES <= filled) {
      CRC32C crc = new CRC32C();
      crc.update(pdu, 0, hlen);
      LittleEndian.put32(pdu, hlen, crc.getValue());
    }
  }

  /** Bytes of the header in hand. */
  final int headerBytes() {
    return Math.min(LittleEndian.u8(pdu, PduFields.HLEN), filled);
  }
}
