/**
 * The order of I/Os: what is done, how large, where, and when it is due. Pure machines: seeds and
 * times are handed in, so a job repeats exactly. Each belongs to one worker.
 */
@NullMarked
package io.nvmetcp.loadgen.sequence;

import org.jspecify.annotations.NullMarked;
