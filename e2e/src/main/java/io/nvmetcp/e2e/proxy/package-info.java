/**
 * Two proxies. The TCP proxy makes a network bad on purpose: it delays, stalls, cuts and
 * re-segments what passes, from a seed. It knows nothing of the protocol above, and never changes,
 * drops or reorders a byte of a connection that lives: TCP would not either. All of it runs on one
 * event loop. The PDU proxy makes a peer bad on purpose: it knows PDUs and lets a test drop,
 * repeat, spoil or replace any.
 *
 * <p>The methods of both are for any thread. They own their sockets.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
