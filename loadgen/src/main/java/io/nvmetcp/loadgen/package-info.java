/**
 * Load in the manner of fio: job specifications, workers, verification of every block, histograms
 * and reports, on the initiator's public API.
 *
 * <p>Workers run on the contexts of their queues; their results are merged once, at the end. The
 * buffers are regions the job registers and returns.
 */
@NullMarked
package io.nvmetcp.loadgen;

import org.jspecify.annotations.NullMarked;
