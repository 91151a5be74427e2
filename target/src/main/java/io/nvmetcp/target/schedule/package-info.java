/**
 * Chooses which ready response or R2T leaves next: pure policies, from a seed where they roll dice,
 * by rules per namespace or queue.
 *
 * <p>A scheduler sees numbers, never buffers or PDUs, and is told the time; it belongs to one
 * session and its thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.schedule;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
