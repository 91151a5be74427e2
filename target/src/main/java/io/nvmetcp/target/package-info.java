/**
 * The public API to build a target, start it, look at it and stop it.
 *
 * <p>May be called on any thread; futures complete on the caller's context and may not be dropped.
 * No type of Netty's appears in a signature. Storage handed in stays the caller's unless it says
 * otherwise.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
