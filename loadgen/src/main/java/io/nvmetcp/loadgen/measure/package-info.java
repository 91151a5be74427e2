/**
 * What is measured: latencies, rates and how both went over time. A {@link
 * io.nvmetcp.loadgen.measure.Meter} belongs to one worker and reads no clock; only {@link
 * io.nvmetcp.loadgen.measure.LiveCounts} may be read by other threads while it is written. Nothing
 * is allocated per I/O.
 */
@NullMarked
package io.nvmetcp.loadgen.measure;

import org.jspecify.annotations.NullMarked;
