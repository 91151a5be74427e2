/** NVMe/TCP on the wire: PDUs, their checks and framing, and the NVMe structures they carry. */
module io.nvmetcp.pdu {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.nvmetcp.crc;
  requires transitive io.netty.buffer;
  requires transitive io.netty.transport;
  requires transitive io.vertx.core;
  requires io.netty.common;
  requires io.netty.transport.unix.common;

  exports io.nvmetcp.nvme;
  exports io.nvmetcp.pdu;
  exports io.nvmetcp.pdu.check;
  exports io.nvmetcp.pdu.frame;
  exports io.nvmetcp.pdu.channel;
  exports io.nvmetcp.pdu.stream;
}
