/**
 * Where NVMe/TCP meets the placing device: describes the framing to it, and takes and leaves a
 * connection's place on it.
 *
 * <p>Runs on the queue's event loop. Leases pass through on their way from the caller's command to
 * the device and back; none is kept.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.offload;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
