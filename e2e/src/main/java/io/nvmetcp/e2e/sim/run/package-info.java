/**
 * Runs seeds from the command line: on several threads, which share nothing but the next seed, and
 * says of a seed that fails what it takes to see it fail again.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.run;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
