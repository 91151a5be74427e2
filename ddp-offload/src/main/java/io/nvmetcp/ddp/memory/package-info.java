/**
 * Registers regions of memory, lends them out, and proves that they came back: the one place where
 * arenas are opened and closed.
 *
 * <p>Regions outlive their last lease, and closing is asynchronous: an arena closes only when no
 * mapping and no read or write handed to a socket is outstanding, because the kernel would write
 * into whatever reuses the address. Leases may be taken and returned on any thread.
 */
@NullMarked
package io.nvmetcp.ddp.memory;

import org.jspecify.annotations.NullMarked;
