/**
 * Plugs the framing into a Netty pipeline; the shells bring the channel of a Vert.x socket.
 *
 * <p>Runs on the channel's event loop and nowhere else. Inbound buffers are consumed here, outbound
 * ones are handed to the channel with their ownership.
 */
@NullMarked
package io.nvmetcp.pdu.channel;

import org.jspecify.annotations.NullMarked;
