/**
 * Worlds from seeds: the product's machines on a simulated network, clock, device and disk, on one
 * thread. A seed draws what a world is like and everything that happens in it; checks watch over
 * all of it, and a seed that fails fails again.
 *
 * <p>One world runs on one thread; several may run at a time, for they share nothing.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
