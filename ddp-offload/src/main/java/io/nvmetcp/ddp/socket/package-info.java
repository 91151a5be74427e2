/**
 * Offers registered memory to a Netty channel as its next read buffer, so that the payload's only
 * copy is the kernel's.
 *
 * <p>Runs on the channel's event loop. A buffer offered to a read is out on loan until that read
 * has completed; only then may its lease end.
 */
@NullMarked
package io.nvmetcp.ddp.socket;

import org.jspecify.annotations.NullMarked;
