/**
 * Keep-alive, back-off and timeouts as functions of a time that is passed in.
 *
 * <p>Pure and without threads: the shell reads the clock and arms the timers. Nothing here owns
 * memory.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.health;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
