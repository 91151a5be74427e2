/** Direct data placement: registered memory, tags, devices. Knows no upper-layer protocol. */
module io.nvmetcp.ddp {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.nvmetcp.crc;
  requires transitive io.netty.buffer;
  requires transitive io.netty.transport;
  requires io.netty.common;
  requires io.netty.transport.unix.common;

  exports io.nvmetcp.ddp;
  exports io.nvmetcp.ddp.memory;
  exports io.nvmetcp.ddp.engine;
  exports io.nvmetcp.ddp.socket;
  exports io.nvmetcp.ddp.nic;
  exports io.nvmetcp.ddp.fault;
  exports io.nvmetcp.ddp.stats;
}
