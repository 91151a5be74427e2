package io.nvmetcp.nvme;

import java.util.ArrayList;
import java.util.List;

/**
 * The Firmware Slot Information log, 512 bytes (Base specification, section 5.16.1.4).
 *
 * @param activeSlot the slot that runs, 1 to 7
 * @param nextSlot the slot that runs after the next reset, 0 if not known
 * @param revisions of slots 1 to 7, in order, up to 8 ASCII characters; "" for an empty slot
 */
public record FirmwareSlotLog(int activeSlot, int nextSlot, List<String> revisions) {
  /** Size of the page. */
  public static final int BYTES = 512;

  /** Most slots there can be. */
  public static final int SLOTS = 7;

  /** Offset of the slots that run now and next. */
  public static final int AFI = 0;

  /** Offset of the revision in slot 1; that of slot n stands 8 (n - 1) bytes behind it. */
  public static final int FRS1 = 8;

  private static final int REVISION_BYTES = 8;

  /** Checks the number of slots and copies the list. */
  public FirmwareSlotLog {
    revisions = List.copyOf(revisions);
    if (revisions.size() > SLOTS) {
      throw new IllegalArgumentException(revisions.size() + " firmware slots");
    }
  }

  /** The page as it stands on the wire. */
  public byte[] encode() {
    byte[] b = new byte[BYTES];
    LittleEndian.put8(b, AFI, (activeSlot & 0x7) | (nextSlot & 0x7) << 4);
    for (int i = 0; i < revisions.size(); i++) {
      if (!revisions.get(i).isEmpty()) {
        Ascii.putPadded(b, FRS1 + i * REVISION_BYTES, REVISION_BYTES, revisions.get(i));
      }
    }
    return b;
  }

  /** Reads the page. */
  public static FirmwareSlotLog decode(byte[] b) {
    List<String> revisions = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      revisions.add(Ascii.padded(b, FRS1 + i * REVISION_BYTES, REVISION_BYTES));
    }
    int afi = LittleEndian.u8(b, AFI);
    return new FirmwareSlotLog(afi & 0x7, afi >> 4 & 0x7, revisions);
  }
}
