/** CRC32C engines, and the ledger of what a device vouched for. Depends on nothing of ours. */
module io.nvmetcp.crc {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires org.apache.commons.codec;

  exports io.nvmetcp.crc;
  exports io.nvmetcp.crc.engine;
  exports io.nvmetcp.crc.ledger;
}
