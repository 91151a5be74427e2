/**
 * Faults that are planted in the simulation's own parts, one at a time, to prove that its checks
 * see them. None is ever planted unless it is asked for.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.plant;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
