/** The controller: serves namespaces to NVMe/TCP hosts. */
module io.nvmetcp.target {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.nvmetcp.crc;
  requires transitive io.nvmetcp.pdu;
  requires transitive io.vertx.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires org.slf4j;

  exports io.nvmetcp.target;
  exports io.nvmetcp.target.backend;
  exports io.nvmetcp.target.schedule;
}
