package io.nvmetcp.pdu.fuzz;

import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes inputs from inputs: knows where PDUs start and which fields they have, and forgets it often
 * enough. The same seed gives the same input.
 */
final class Mutator {
  private static final int MAX_BYTES = 8192;
  private static final int[] TELLING = {
    0, 1, 2, 3, 4, 7, 8, 9, 23, 24, 25, 28, 31, 32, 72, 76, 127, 128, 132, 152, 153, 255
  };
  private static final int[] BYTE_FIELDS = {
    PduFields.TYPE,
    PduFields.FLAGS,
    PduFields.HLEN,
    PduFields.PDO,
    PduFields.IC_PDA,
    PduFields.IC_DGST
  };
  private static final int[] WORD_FIELDS = {
    PduFields.PLEN, PduFields.CCCID, PduFields.FEI, PduFields.DATAO, PduFields.DATAL
  };

  private final List<byte[]> corpus;

  /** Inputs are made from {@code corpus}, which must not be empty. */
  Mutator(List<byte[]> corpus) {
    this.corpus = List.copyOf(corpus);
  }

  /** The input that {@code seed} stands for. */
  FuzzInput input(long seed) {
    var random = new Random(seed);
    byte[] bytes = FuzzInput.of(pick(random)).bytes().clone();
    if (random.nextInt(4) == 0) {
      int at = random.nextInt(FuzzInput.PREFIX_BYTES);
      bytes[at] = (byte) random.nextInt();
    }
    // Half of the inputs get past the header digest, whatever becomes of the headers.
    bytes[0] =
        (byte) (bytes[0] & ~FuzzInput.SEAL_HEADERS | random.nextInt(2) * FuzzInput.SEAL_HEADERS);
    int mutations = 1 + random.nextInt(1 << random.nextInt(4));
    for (int i = 0; i < mutations; i++) {
      bytes = mutate(bytes, random);
    }
    return FuzzInput.of(bytes);
  }

  private byte[] mutate(byte[] bytes, Random random) {
    if (bytes.length <= FuzzInput.PREFIX_BYTES) {
      return pick(random).clone();
    }
    return switch (random.nextInt(10)) {
      case 0 -> flipBit(bytes, random);
      case 1, 2 -> setByteField(bytes, random);
      case 3, 4 -> setWordField(bytes, random);
      case 5 -> growData(bytes, random);
      case 6 -> splice(bytes, pick(random), random);
      case 7 -> splice(bytes, bytes, random); // drops or repeats PDUs
      case 8 -> Arrays.copyOf(bytes, streamAt(bytes, random));
      default -> insertNoise(bytes, random);
    };
  }

  private byte[] pick(Random random) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private static int streamAt(byte[] bytes, Random random) {
    return FuzzInput.PREFIX_BYTES + random.nextInt(bytes.length - FuzzInput.PREFIX_BYTES);
  }

  private static byte[] flipBit(byte[] bytes, Random random) {
    bytes[streamAt(bytes, random)] ^= (byte) (1 << random.nextInt(8));
    return bytes;
  }

  private static byte[] setByteField(byte[] bytes, Random random) {
    int at = pduAt(bytes, random) + BYTE_FIELDS[random.nextInt(BYTE_FIELDS.length)];
    if (at < bytes.length) {
      int near = bytes[at] + random.nextInt(9) - 4;
      bytes[at] = (byte) (random.nextBoolean() ? near : TELLING[random.nextInt(TELLING.length)]);
    }
    return bytes;
  }

  private static byte[] setWordField(byte[] bytes, Random random) {
    int at = pduAt(bytes, random) + WORD_FIELDS[random.nextInt(WORD_FIELDS.length)];
    if (at + 4 <= bytes.length) {
      long near = LittleEndian.u32(bytes, at) + random.nextInt(17) - 8;
      long value =
          switch (random.nextInt(4)) {
            case 0 -> near;
            case 1 -> TELLING[random.nextInt(TELLING.length)];
            case 2 -> -1L - TELLING[random.nextInt(TELLING.length)];
            default -> 1L << random.nextInt(32);
          };
      LittleEndian.put32(bytes, at, value);
    }
    return bytes;
  }

  /** PLEN and DATAL stay in step, the bytes themselves need not come. */
  private static byte[] growData(byte[] bytes, Random random) {
    int at = pduAt(bytes, random);
    if (at + PduFields.DATAL + 4 <= bytes.length) {
      long more = 4L << random.nextInt(20);
      for (int field : new int[] {PduFields.PLEN, PduFields.DATAL}) {
        LittleEndian.put32(bytes, at + field, LittleEndian.u32(bytes, at + field) + more);
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] head, byte[] tail, Random random) {
    int end = pduAt(head, random);
    int from = tail.length > FuzzInput.PREFIX_BYTES ? pduAt(tail, random) : tail.length;
    int length = Math.min(MAX_BYTES - end, tail.length - from);
    if (length <= 0) {
      return head;
    }
    byte[] spliced = Arrays.copyOf(head, end + length);
    System.arraycopy(tail, from, spliced, end, length);
    return spliced;
  }

  private static byte[] insertNoise(byte[] bytes, Random random) {
    int at = random.nextBoolean() ? pduAt(bytes, random) : streamAt(bytes, random);
    byte[] noise = new byte[1 + random.nextInt(1 << random.nextInt(8))];
    random.nextBytes(noise);
    if (bytes.length + noise.length > MAX_BYTES) {
      return bytes;
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + noise.length);
    System.arraycopy(bytes, at, longer, at + noise.length, bytes.length - at);
    System.arraycopy(noise, 0, longer, at, noise.length);
    return longer;
  }

  /** Where some PDU starts in an input, as far as its lengths can be followed. */
  private static int pduAt(byte[] bytes, Random random) {
    byte[] stream = Arrays.copyOfRange(bytes, FuzzInput.PREFIX_BYTES, bytes.length);
    List<Integer> starts = new ArrayList<>();
    for (int at = 0; at >= 0 && starts.size() < 64; at = FuzzInput.nextPdu(stream, at)) {
      starts.add(FuzzInput.PREFIX_BYTES + at);
    }
    return starts.get(random.nextInt(starts.size()));
  }
}
