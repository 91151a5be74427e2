/**
 * Simulated storage: a medium that outlives its target, and the disk that serves it with latency,
 * out of order, with errors, and with a cache that a power cut may empty.
 *
 * <p>Runs on the world's one thread; a disk's completions come on the thread of its session.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.disk;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
