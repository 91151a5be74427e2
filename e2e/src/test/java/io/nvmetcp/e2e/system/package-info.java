/**
 * Initiator and target of this project against each other, over real sockets of the loopback
 * address.
 */
@NullMarked
package io.nvmetcp.e2e.system;

import org.jspecify.annotations.NullMarked;
