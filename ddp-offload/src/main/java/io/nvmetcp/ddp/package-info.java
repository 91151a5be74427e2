/**
 * What an upper-layer protocol and a placing device say to each other: limits, add, setup,
 * teardown, resync, and the answers. A refusal is an answer, never an error.
 *
 * <p>No protocol is named here, and no socket. A device is driven by the event loop of the
 * connection it serves; memory it was told of stays the caller's, and is in the device's hands
 * until teardown has been confirmed.
 */
@NullMarked
package io.nvmetcp.ddp;

import org.jspecify.annotations.NullMarked;
