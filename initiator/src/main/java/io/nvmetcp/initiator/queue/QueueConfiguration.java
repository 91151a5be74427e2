package io.nvmetcp.initiator.queue;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.pdu.IcRequest;

/**
 * What a queue pair is made of.
 *
 * @param qid 0 is the admin queue
 * @param entries size of the submission queue, a power of two up to 32768 (so that at least one bit
 *     of the identifier is a generation)
 * @param request what the ICReq asks for
 * @param maxReadBytes most data of one command, and so of one C2HData PDU
 * @param engine computes digests
 * @param voucher whose word the device's crc-ok bits are
 */
public record QueueConfiguration(
    int qid,
    int entries,
    IcRequest request,
    long maxReadBytes,
    Crc32cEngine engine,
    Voucher voucher) {
  private static final int MAX_ENTRIES = 1 << 15;

  /** Refuses sizes that are no power of two. */
  public QueueConfiguration {
    if (entries < 2 || entries > MAX_ENTRIES || Integer.bitCount(entries) != 1) {
      throw new IllegalArgumentException(
          "queue entries must be a power of two from 2 to 32768, not " + entries);
    }
  }
}
