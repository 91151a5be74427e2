package io.nvmetcp.ddp.stats;

/** What a device and its upper layer count on one queue. */
public enum DdpCounter {
  /** Queues added. */
  QUEUE_ADD("queue_add"),
  /** Queues refused. */
  QUEUE_ADD_FAIL("queue_add_fail"),
  /** Queues deleted. */
  QUEUE_DEL("queue_del"),
  /** Mappings set up. */
  SETUP("setup"),
  /** Setups refused: below the threshold, where a copy is cheaper. */
  SETUP_FAIL_THRESHOLD("setup_fail_threshold"),
  /** Setups refused: no tag left. */
  SETUP_FAIL_TAGS("setup_fail_tags"),
  /** Setups refused: too many segments, or too many bytes. */
  SETUP_FAIL_SEGMENTS("setup_fail_segments"),
  /** Setups refused: the range does not lie in a live region. */
  SETUP_FAIL_PROTECTION("setup_fail_protection"),
  /** Setups refused: the device does not reach this kind of memory. */
  SETUP_FAIL_KIND("setup_fail_kind"),
  /** Setups refused: placing is not active at present. */
  SETUP_FAIL_INACTIVE("setup_fail_inactive"),
  /** Mappings torn down. */
  TEARDOWN("teardown"),
  /** Teardowns that a slow device reported later than it could have. */
  TEARDOWN_LATE("teardown_late"),
  /** PDUs of which at least one byte was placed. */
  DDP_PDUS("ddp_pdus"),
  /** Bytes placed by the device. */
  DDP_BYTES("ddp_bytes"),
  /** PDUs copied whole. */
  COPIED_PDUS("copied_pdus"),
  /** Bytes copied by the upper layer. */
  COPIED_BYTES("copied_bytes"),
  /** Payload bytes delivered to commands, placed or copied. */
  DELIVERED_BYTES("delivered_bytes"),
  /** Payloads for a tag whose generation is over. */
  STALE_TAG("stale_tag"),
  /** Payloads outside the mapped range. */
  OUT_OF_RANGE("out_of_range"),
  /** Payload bytes that reached no memory: the device's own, which nobody could copy to. */
  NOT_DELIVERED_BYTES("not_delivered_bytes"),
  /** Times a device lost its place in the stream. */
  SYNC_LOST("sync_lost"),
  /** Resynchronisations: questions whether there is a header at a position. */
  RESYNC("resync"),
  /** Questions answered by yes: placing went on. */
  RESYNC_CONFIRMED("resync_confirmed"),
  /** Questions answered by no: the search went on. */
  RESYNC_REFUSED("resync_refused"),
  /** Answers to questions that were no longer asked. */
  RESYNC_STALE("resync_stale"),
  /** Packets of a device that has packets. */
  PACKETS("packets"),
  /** Packets lost in front of the device, which saw a retransmission, late. */
  PACKETS_LOST("packets_lost"),
  /** Packets that the device saw after one that follows them. */
  PACKETS_REORDERED("packets_reordered"),
  /** Packets that the device saw twice. */
  PACKETS_DUPLICATED("packets_duplicated"),
  /** Packets that passed without the crc-ok bit for no other reason. */
  PACKETS_CRC_OFF("packets_crc_off"),
  /** Header digests that did not match. */
  HEADER_DIGEST_ERRORS("header_digest_errors"),
  /** Data digests that did not match. */
  DATA_DIGEST_ERRORS("data_digest_errors"),
  /** Data digests that a device vouched for. */
  DIGEST_BY_DEVICE("digest_by_device"),
  /** Data digests checked in the placing pass. */
  DIGEST_IN_PLACEMENT("digest_in_placement"),
  /** Data digests checked by the upper layer's own pass. */
  DIGEST_BY_FALLBACK("digest_by_fallback"),
  /** Data digests of PDUs that left, computed by the device. */
  DIGEST_TX_BY_DEVICE("digest_tx_by_device"),
  /** Data digests of PDUs that left, computed by the upper layer. */
  DIGEST_TX_BY_SOFTWARE("digest_tx_by_software"),
  /** Reads of the socket that brought bytes: each is a system call. */
  SOCKET_READS("socket_reads"),
  /** Times the transport was told how many bytes are worth waking up for: system calls too. */
  LOW_WATER_CALLS("low_water_calls"),
  /** Bytes that came after the queue was deleted, and were dropped. */
  DROP("drop"),
  /** Reads that came in a buffer that was not the one offered. */
  FOREIGN_READS("foreign_reads"),
  /** Teardowns that were done after the response had arrived. */
  TEARDOWN_AFTER_RESPONSE("teardown_after_response"),
  /** Teardowns that were done before the response arrived. */
  TEARDOWN_BEFORE_RESPONSE("teardown_before_response");

  private final String id;

  DdpCounter(String id) {
    this.id = id;
  }

  /** The counter's name in reports. */
  public String id() {
    return id;
  }
}
