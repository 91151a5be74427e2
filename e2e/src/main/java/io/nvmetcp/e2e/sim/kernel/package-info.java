/**
 * What a simulated world runs on: virtual time and what is due in it, event loops that are only an
 * order of tasks, randomness drawn from one seed, and the fingerprint of all that happened.
 *
 * <p>One thread runs a world; nothing here knows of another, of a clock, or of what is simulated.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.kernel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
