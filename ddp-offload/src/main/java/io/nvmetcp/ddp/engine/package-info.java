/**
 * The heart of a device: the table from tags to buffers, the placer, the state that follows the
 * record boundaries, the queue of teardowns.
 *
 * <p>One engine belongs to one connection and its event loop. Tags carry generations, so a late
 * answer never reaches a buffer that has a new owner.
 */
@NullMarked
package io.nvmetcp.ddp.engine;

import org.jspecify.annotations.NullMarked;
