/** What hosts and targets of a simulated world stand on. */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.ground;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
