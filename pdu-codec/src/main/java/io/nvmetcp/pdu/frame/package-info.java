/**
 * Turns bytes into PDU events and events into bytes, at any cut of the stream, with digests and
 * padding.
 *
 * <p>A reader or writer belongs to one connection and one thread. It asks its listener where a
 * payload should go, borrows each input buffer for the call, and never takes a length on trust:
 * what it holds back is bounded by the negotiated sizes.
 */
@NullMarked
package io.nvmetcp.pdu.frame;

import org.jspecify.annotations.NullMarked;
