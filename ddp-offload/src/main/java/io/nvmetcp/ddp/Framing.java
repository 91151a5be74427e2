package io.nvmetcp.ddp;

/**
 * How an upper-layer protocol frames its stream: enough for a device to find headers, and in them
 * the tag and the place of a payload. Stateless or confined to the queue's thread.
 */
public interface Framing {

  /** Bytes after which {@link #headerBytes} can be asked. */
  int prefixBytes();

  /** The longest header, digest included. */
  int maxHeaderBytes();

  /**
   * Length of the header whose first {@link #prefixBytes()} bytes stand in {@code header}, header
   * digest included; negative if this cannot be a header.
   */
  int headerBytes(byte[] header);

  /**
   * Reads a complete header.
   *
   * @param header borrowed; as many bytes as {@link #headerBytes} said
   * @param shape filled in
   * @return false if the header is not to be believed (its digest is wrong, say)
   */
  boolean parse(byte[] header, PduShape shape);
}
