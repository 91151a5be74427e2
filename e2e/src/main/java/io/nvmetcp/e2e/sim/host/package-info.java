/**
 * Simulated hosts: thin shells round the product's queue pairs, connect machines, controller lives
 * and devices, which do on virtual time and simulated sockets what the product's own shells do on
 * Vert.x; and the applications on top of them.
 *
 * <p>Runs on the world's one thread. A host's memory is registered with its own registry.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.host;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
