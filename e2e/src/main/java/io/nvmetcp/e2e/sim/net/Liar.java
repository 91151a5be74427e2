package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes of an honest end's stream that of one that breaks the rules: changes PDUs, leaves them out,
 * sends them twice, late, or in between what is no PDU at all. Header digests are those of what it
 * sends, so that a lie is not a mere flipped bit. Where no lie is due, whole PDUs pass as they are.
 */
final class Liar extends PduRewriter {
  private static final int REMEMBERED = 8;
  private static final int MOST_GARBAGE_BYTES = 200;
  // A stream that is right in all else comes further than one that breaks.
  private static final int ANSWER_ONE_IN = 64;
  private static final int HALF_ONE_IN = 4;
  private static final int CROWD_ONE_IN = 300;
  private static final int PROVOKED = 8;
  private static final int MOST_COPIES = 150;
  private static final int[] STEPS = {1, 4, 8, 512, 4096, -1, -4, -512};

  private final Dice dice;
  private final int lieOneIn;
  private final ArrayDeque<byte[]> past = new ArrayDeque<>();
  private byte @Nullable [] late;
  private int provoked;
  private boolean calm;

  /**
   * @param lieOneIn one in so many PDUs is not what it should be
   */
  Liar(Dice dice, int lieOneIn) {
    this.dice = dice;
    this.lieOneIn = lieOneIn;
  }

  @Override
  void calm() {
    calm = true;
  }

  @Override
  void provoke() {
    provoked = PROVOKED;
  }

  @Override
  void whole() {
    byte[] held = late;
    late = null;
    boolean due = provoked > 0;
    provoked -= due ? 1 : 0;
    if (!calm && (due || dice.oneIn(lieOneIn))) {
      lie();
    } else if (!calm && isCommand() && dice.oneIn(CROWD_ONE_IN)) {
      flood(headerBytes(), true);
    } else if (!calm && isSecondHalf() && dice.oneIn(HALF_ONE_IN)) {
      // Of another block than the first half.
      Sqe.cdw(pdu, PduFields.SQE, 10, Sqe.cdw(pdu, PduFields.SQE, 10) ^ 1);
      redigest(headerBytes());
      put(pdu, filled);
    } else if (!calm && dice.oneIn(ANSWER_ONE_IN)) {
      answerOtherwise();
      redigest(headerBytes());
      put(pdu, filled);
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

  private boolean isCommand() {
    return pdu[PduFields.TYPE] == (byte) PduType.CAPSULE_CMD.code();
  }

  private boolean isSecondHalf() {
    return isCommand() && (Sqe.flags(pdu, PduFields.SQE) & Sqe.FLAGS_FUSE_MASK) == Sqe.FUSE_SECOND;
  }

  private void lie() {
    int hlen = headerBytes();
    switch (dice.below(16)) {
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
      case 13 -> {
        answerOtherwise();
        redigest(hlen);
        put(pdu, filled);
      }
      case 14 -> flood(hlen, dice.oneIn(2));
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

  // Another result, or a failure that may or may not be worth another try.
  private void answerOtherwise() {
    if (pdu[PduFields.TYPE] != (byte) PduType.CAPSULE_RESP.code()) {
      return;
    }
    if (dice.oneIn(2)) {
      pdu[PduFields.CQE] ^= (byte) (1 << dice.below(Byte.SIZE));
    } else {
      int status = dice.pick(Status.INTERNAL_ERROR, Status.INVALID_FIELD, Status.INVALID_OPCODE);
      int told = dice.oneIn(2) ? status : status | Status.DNR;
      LittleEndian.put16(pdu, PduFields.CQE + Cqe.STATUS, told << 1);
    }
  }

  // A command again and again, under another identifier each: more than a queue has room for.
  private void flood(int hlen, boolean many) {
    boolean command = isCommand();
    int copies = command && many ? dice.between(1, MOST_COPIES) : 1;
    for (int i = 0; i < copies; i++) {
      put(pdu, filled);
      if (command) {
        int cid = Sqe.cid(pdu, PduFields.SQE);
        Sqe.cid(pdu, PduFields.SQE, cid + 1 & 0xFFFF);
        redigest(hlen);
      }
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
