/**
 * Simulated targets: thin shells round the product's sessions and subsystems, which do on virtual
 * time and simulated sockets what the product's own connection and target do on Vert.x.
 *
 * <p>Runs on the world's one thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.target;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
