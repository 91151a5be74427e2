/**
 * One queue pair as a pure machine: command slots, submission, answers to R2T, and the debts a
 * command has to pay before it completes.
 *
 * <p>Fed with events and ticks, emits bytes and outcomes; no socket, no clock. One queue, one event
 * loop, and the owner is asserted. A slot holds its caller's lease until the last debt is paid.
 *
 * <p>{@link io.nvmetcp.initiator.queue.CopyMemory} lends registered memory to commands whose caller
 * brought none, for all queues of a controller; in a {@link io.nvmetcp.initiator.queue.SlotLine}
 * commands wait for a slot of one queue.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.queue;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
