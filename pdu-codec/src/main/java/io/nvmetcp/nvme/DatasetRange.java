package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * One range of Dataset Management, 16 bytes (NVM command set specification, section 3.2.3).
 *
 * @param attributes context attributes, hints
 * @param blocks length in logical blocks, not 0-based
 * @param slba first block
 */
public record DatasetRange(long attributes, long blocks, long slba) {
  /** Size of a range. */
  public static final int BYTES = 16;

  /** Offset of the context attributes. */
  public static final int CATTR = 0;

  /** Offset of the length. */
  public static final int LLB = 4;

  /** Offset of the first block. */
  public static final int SLBA = 8;

  /** Most ranges of one command. */
  public static final int MAX_RANGES = 256;

  /** Dword 11 of the command: deallocate. */
  public static final int CDW11_DEALLOCATE = 1 << 2;

  /** Writes the range at {@code at}. */
  public void encode(byte[] b, int at) {
    LittleEndian.put32(b, at + CATTR, attributes);
    LittleEndian.put32(b, at + LLB, blocks);
    LittleEndian.put64(b, at + SLBA, slba);
  }

  /** Reads the range at {@code at}. */
  public static DatasetRange decode(byte[] b, int at) {
    return new DatasetRange(
        LittleEndian.u32(b, at + CATTR),
        LittleEndian.u32(b, at + LLB),
        LittleEndian.i64(b, at + SLBA));
  }

  /** Reads {@code count} ranges from the start of {@code b}. */
  public static List<DatasetRange> decodeAll(byte[] b, int count) {
    List<DatasetRange> ranges = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ranges.add(decode(b, i * BYTES));
    }
    return ranges;
  }
}
