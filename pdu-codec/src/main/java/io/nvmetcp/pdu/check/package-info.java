/**
 * Judges a PDU header for either role: the lowest wrong field is named first, and the verdict is a
 * sealed type.
 *
 * <p>Pure functions of header, role and negotiated parameters: no logging, no clock, nothing kept.
 * The order of the checks is the specification's.
 */
@NullMarked
package io.nvmetcp.pdu.check;

import org.jspecify.annotations.NullMarked;
