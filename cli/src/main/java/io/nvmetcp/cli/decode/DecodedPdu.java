package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import org.jspecify.annotations.Nullable;

/**
 * A PDU of a recording; its header was judged and found right.
 *
 * @param place where it begins
 * @param type its type
 * @param header a copy of its header, of a terminate request all of it
 * @param payloadBytes data bytes that it carries
 * @param headerDigest its header digest, or null if it has none
 * @param dataDigest its data digest, or null if it has none
 * @param queue the kind of queue it travels on
 */
public record DecodedPdu(
    Place place,
    PduType type,
    byte[] header,
    int payloadBytes,
    @Nullable CheckedDigest headerDigest,
    @Nullable CheckedDigest dataDigest,
    PduPrinter.Queue queue) {

  /** The PDU in a line, its digests at the end. */
  public String line() {
    return PduPrinter.line(header, header.length, queue)
        + digest(" hdgst=", headerDigest)
        + digest(" ddgst=", dataDigest);
  }

  private static String digest(String name, @Nullable CheckedDigest digest) {
    if (digest == null) {
      return "";
    }
    return name + (digest.matches() ? "ok" : "BAD");
  }
}
