/**
 * Reads discovery log pages and follows their changes.
 *
 * <p>Answers in futures on the caller's context, like the public API; entries are immutable copies
 * of what the network sent.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.discovery;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
