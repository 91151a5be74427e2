/**
 * The PDU types of NVMe/TCP: one row per type, layouts as named offsets, records for the control
 * plane, and the parameters two sides agree on when they connect.
 *
 * <p>Immutable values and static accessors; no channels, no Vert.x. A buffer handed to an accessor
 * is borrowed for the call.
 */
@NullMarked
package io.nvmetcp.pdu;

import org.jspecify.annotations.NullMarked;
