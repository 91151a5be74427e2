/**
 * The way to a live queue as a machine: exchange of connection parameters, Fabrics Connect, and the
 * dance of properties up to ready.
 *
 * <p>Pure, like the queue it hands over; each state is named for what it waits for. It holds no
 * buffer beyond the call.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.connect;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
