/**
 * Names the counters of a device and holds them, with the sums that must balance.
 *
 * <p>Written by the device's thread, readable by any; a snapshot is immutable.
 */
@NullMarked
package io.nvmetcp.ddp.stats;

import org.jspecify.annotations.NullMarked;
