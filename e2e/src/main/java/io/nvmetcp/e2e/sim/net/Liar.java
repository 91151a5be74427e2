package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Makes of an honest end's stream that of one that breaks the rules: changes PDUs, leaves them out,
 * sends them twice, late, or in between what is no PDU at all. Header digests are those of what it
 * sends, so that a lie is not a mere flipped bit. Where no lie is due, whole PDUs pass as they are.
 */
public final class Liar {
  private static final int REMEMBERED = 8;
  private static final int MOST_GARBAGE_BYTES = 200;
  private static final int[] STEPS = {1, 4, 8, 512, 4096, -1, -4, -512};

  private final Dice dice;
  private final int lieOneIn;
  private final PduTracker tracker = new PduTracker();
  private final ArrayDeque<byte[]> past = new ArrayDeque<>();
  private byte[] pdu = new byte[256];
  private int filled;
  private byte[] out = new byte[1024];
  private int length;
  private byte @Nullable [] late;
  private boolean calm;
  private long lies;

  /**
   * @param lieOneIn one in so many PDUs is not what it should be
   */
  public Liar(Dice dice, int lieOneIn) {
    this.dice = dice;
    this.lieOneIn = lieOneIn;
  }

  /** No lies any more. */
  void calm() {
    calm = true;
  }

  /** Lies so far. */
  public long lies() {
    return lies;
  }

  /**
   * Takes bytes of the honest stream; what is to be sent in their place is in {@link #out}.
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
        // No honest end's stream.
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

  private void put(byte[] bytes, int count) {
    if (length + count > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + count));
    }
    System.arraycopy(bytes, 0, out, length, count);
    length += count;
  }

  private void whole() {
    byte[] held = late;
    late = null;
    if (!calm && dice.oneIn(lieOneIn)) {
      lies++;
      lie();
    } else {
      put(pdu, filled);
    }
    if (held != null) {
      put(held, held.length);
    }
    if (past.size() == REMEMBERED) {
      past.removeFirst();
    }
    past.addLast(Arrays.copyOf(pdu, filled));
  }

  private void lie() {
    int hlen = Math.min(LittleEndian.u8(pdu, PduFields.HLEN), filled);
    switch (dice.below(14)) {
      case 0 -> {
        pdu[dice.below(PduFields.COMMON_BYTES)] ^= (byte) (1 << dice.below(Byte.SIZE));
        redigest(hlen);
        put(pdu, filled);
      }
      case 1 -> {
        pdu[dice.below(hlen)] = (byte) dice.any();
        redigest(hlen);
        put(pdu, filled);
      }
      case 2, 3, 4 -> {
        nudge(hlen);
        redigest(hlen);
        put(pdu, filled);
      }
      case 5 -> {
        put(pdu, filled);
        put(pdu, filled);
      }
      case 6 -> {
        // Left out.
      }
      case 7 -> late = Arrays.copyOf(pdu, filled);
      case 8 -> {
        if (!past.isEmpty()) {
          byte[] old = past.removeFirst();
          put(old, old.length);
        }
        put(pdu, filled);
      }
      case 9 -> {
        garbage();
        put(pdu, filled);
      }
      case 10 -> put(pdu, dice.below(filled));
      case 11 -> {
        pdu[PduFields.TYPE] = (byte) dice.pick(PduType.values()).code();
        redigest(hlen);
        put(pdu, filled);
      }
      case 12 -> {
        pdu[PduFields.FLAGS] ^= (byte) (dice.oneIn(2) ? PduFlags.LAST : PduFlags.SUCCESS);
        redigest(hlen);
        put(pdu, filled);
      }
      default -> {
        if (filled > hlen) {
          pdu[hlen + dice.below(filled - hlen)] ^= (byte) (1 << dice.below(Byte.SIZE));
        }
        put(pdu, filled);
      }
    }
  }

  // A field becomes a little more or less than it was: another command's, a byte too many.
  private void nudge(int hlen) {
    if (hlen <= PduFields.COMMON_BYTES) {
      return;
    }
    int step = STEPS[dice.below(STEPS.length)];
    int at = PduFields.COMMON_BYTES + 2 * dice.below((hlen - PduFields.COMMON_BYTES) / 2);
    if (dice.oneIn(2) || at + Integer.BYTES > hlen) {
      LittleEndian.put16(pdu, at, LittleEndian.u16(pdu, at) + step & 0xFFFF);
    } else {
      LittleEndian.put32(pdu, at, LittleEndian.u32(pdu, at) + step & 0xFFFF_FFFFL);
    }
  }

  private void redigest(int hlen) {
    int flags = LittleEndian.u8(pdu, PduFields.FLAGS);
    if ((flags & PduFlags.HDGST) != 0 && hlen + PduFields.DIGEST_BYTES <= filled) {
      CRC32C crc = new CRC32C();
      crc.update(pdu, 0, hlen);
      LittleEndian.put32(pdu, hlen, crc.getValue());
    }
  }

  private void garbage() {
    byte[] bytes = new byte[1 + dice.below(MOST_GARBAGE_BYTES)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) dice.any();
    }
    put(bytes, bytes.length);
  }
}
