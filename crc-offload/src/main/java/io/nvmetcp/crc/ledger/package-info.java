/**
 * Remembers, PDU by PDU, which runs of the payload a device vouched for, and says when software has
 * to check the digest after all.
 *
 * <p>One ledger belongs to one connection and is touched by its event loop only. It holds offsets
 * and lengths, never bytes.
 */
@NullMarked
package io.nvmetcp.crc.ledger;

import org.jspecify.annotations.NullMarked;
