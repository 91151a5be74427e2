package io.nvmetcp.e2e.dissect;

import java.util.Map;

/**
 * A PDU as a dissector saw it.
 *
 * @param fields its fields by the specification's names; {@code hdgst.ok} and {@code ddgst.ok} are
 *     1 or 0
 * @param broken its header digest is wrong; whoever holds to the specification stops here
 */
record Seen(Map<String, Long> fields, boolean broken) {
  static final String TYPE = "type";
  static final String HDGST = "hdgst";
  static final String DDGST = "ddgst";
  static final String HDGST_OK = "hdgst.ok";
  static final String DDGST_OK = "ddgst.ok";

  /** True if the digest {@code field} is there and wrong. */
  boolean isBad(String field) {
    return fields.getOrDefault(field, 1L) == 0;
  }
}
