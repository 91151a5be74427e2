/**
 * Proves the wire format against another dissector: writes captures of conversations that this
 * project's codec made, reads what {@code tshark} makes of them and compares field by field.
 *
 * <p>Command lines for {@code e2e/dissect/run}; single-threaded.
 */
@NullMarked
package io.nvmetcp.e2e.dissect;

import org.jspecify.annotations.NullMarked;
