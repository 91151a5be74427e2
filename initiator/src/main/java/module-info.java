/** The host: connects to a subsystem and reads and writes its namespaces. */
module io.nvmetcp.initiator {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.nvmetcp.crc;
  requires transitive io.nvmetcp.pdu;
  requires transitive io.nvmetcp.ddp;
  requires transitive io.vertx.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires org.slf4j;

  exports io.nvmetcp.initiator;
  exports io.nvmetcp.initiator.discovery;
}
