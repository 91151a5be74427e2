/**
 * The codec as Vert.x streams of PDUs with back-pressure, for tools, proxies and tests; the queues
 * of initiator and target do not go through here.
 *
 * <p>A stream lives on the context that made it. A PDU that carries a buffer passes it on with its
 * ownership.
 */
@NullMarked
package io.nvmetcp.pdu.stream;

import org.jspecify.annotations.NullMarked;
