/**
 * Runs jobs on the initiator's public API: connects, gives every clone of a job a worker on the
 * event loop of a queue, and brings what they measured together.
 *
 * <p>A worker is confined to its context; buffers are regions it registers and returns. What others
 * may read while it runs is {@link io.nvmetcp.loadgen.run.WorkerView}.
 */
@NullMarked
package io.nvmetcp.loadgen.run;

import org.jspecify.annotations.NullMarked;
