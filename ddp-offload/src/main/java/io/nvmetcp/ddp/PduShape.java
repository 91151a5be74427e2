package io.nvmetcp.ddp;

/** What a {@link Framing} says of one PDU; filled in place, one per queue. */
public final class PduShape {
  /** Bytes of the whole PDU. */
  public long pduBytes;

  /** Where its data starts, from the PDU's start; meaningless if {@link #dataBytes} is 0. */
  public int dataStart;

  /** Its data bytes. */
  public int dataBytes;

  /** Bytes of the data digest, right behind the data: 4, or 0 if there is none. */
  public int digestBytes;

  /** The data belongs into a mapped buffer: the right direction, and a tag. */
  public boolean placeable;

  /** The tag, if placeable. */
  public int tag;

  /** Where in the mapped buffer the data belongs. */
  public long bufferOffset;

  /** All zero. */
  public PduShape() {}
}
