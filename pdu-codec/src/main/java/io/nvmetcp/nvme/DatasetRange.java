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

  /** Most ranges of one command. */
  public static final int MAX_RANGES = 256;

  /** Dword 11 of the command: deallocate. */
  public static final int CDW11_DEALLOCATE = 1 << 2;

  /** Writes the range at {@code at}. */
  public void encode(byte[] b, int at) {
    LittleEndian.put32(b, at, attributes);
    LittleEndian.put32(b, at + 4, blocks);
    LittleEndian.put64(b, at + 8, slba);
  }

  /** Reads the range at {@code at}. */
  public static DatasetRange decode(byte[] b, int at) {
    return new DatasetRange(
        LittleEndian.u32(b, at), LittleEndian.u32(b, at + 4), LittleEndian.i64(b, at + 8));
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
