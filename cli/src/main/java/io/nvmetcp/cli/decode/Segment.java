package io.nvmetcp.cli.decode;

/**
 * One TCP segment of a capture.
 *
 * @param source address and port of the sender
 * @param destination address and port of the receiver
 * @param sequence TCP sequence number, unsigned 32 bits
 * @param syn the SYN flag
 * @param ack the ACK flag
 * @param fin the FIN flag
 * @param payload the data it carries, as far as it was captured
 * @param missingBytes bytes at the end of its data that the capture lacks
 */
record Segment(
    String source,
    String destination,
    long sequence,
    boolean syn,
    boolean ack,
    boolean fin,
    byte[] payload,
    int missingBytes) {

  /** The direction it travels. */
  String flow() {
    return source + ">" + destination;
  }
}
