/**
 * Which transitions of the machines a world has visited: a state, and what happened in it. What no
 * world ever visits is not tested by any.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.cover;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
