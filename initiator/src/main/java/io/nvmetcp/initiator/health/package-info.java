/**
 * Keep-alive, back-off, timeouts, and what becomes of commands between two associations, as
 * functions of a time that is passed in.
 *
 * <p>Pure and without threads of its own, each confined to one thread or saying that it is not: the
 * shell reads the clock and arms the timers. Nothing here owns memory.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.health;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
