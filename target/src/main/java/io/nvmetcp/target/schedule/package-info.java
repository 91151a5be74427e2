/**
 * Chooses which ready response leaves next: pure policies, from a seed where they roll dice.
 *
 * <p>A policy sees numbers, never buffers or PDUs; it belongs to one session and its thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.schedule;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
