/**
 * A TCP proxy that makes a network bad on purpose: it delays, stalls, cuts and re-segments what
 * passes, from a seed. It knows nothing of the protocol above, and never changes, drops or reorders
 * a byte of a connection that lives: TCP would not either.
 *
 * <p>All of a proxy runs on one event loop; its methods are for any thread. It owns its sockets.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
