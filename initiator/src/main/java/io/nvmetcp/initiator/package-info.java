/**
 * The public API of the host: options, controllers, namespaces, and operations that answer with a
 * Vert.x future.
 *
 * <p>May be called on any thread; an operation goes to its queue's event loop once and its future
 * completes on the caller's context. Each buffer parameter says whether it is borrowed, consumed or
 * leased until close. No type of Netty's appears in a signature, and no future may be dropped.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
