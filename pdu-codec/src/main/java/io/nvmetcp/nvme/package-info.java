/**
 * NVMe itself, unaware of its transport: submission and completion entries, opcodes, status,
 * Fabrics commands, Identify structures, log pages and features.
 *
 * <p>Nothing here knows what a PDU is. Structures of the data plane are read in place by static
 * accessors; those of the control plane are immutable records with checked constructors. Everything
 * is safe on any thread as long as the bytes underneath are.
 *
 * <p>Sections are those of the NVM Express Base Specification 2.0 and of the NVM Command Set
 * Specification 1.0; fields that came later say so by their name only. Each offset and bit position
 * was compared with at least two independent implementations.
 */
@NullMarked
package io.nvmetcp.nvme;

import org.jspecify.annotations.NullMarked;
