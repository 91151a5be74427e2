/**
 * Verified load while everything breaks: connections are cut, reset, stalled and re-segmented by a
 * proxy, the target's process is killed and started anew, and so is the load generator's. Run by
 * {@code e2e/chaos/run}.
 */
@NullMarked
package io.nvmetcp.e2e.chaos;

import org.jspecify.annotations.NullMarked;
