/**
 * One connection of a host as a pure machine: R2T and transfer tags, data in, capsules out.
 *
 * <p>Fed with events, emits bytes; one session belongs to one event loop. A buffer lent to a back
 * end is the session's again when the completion has been called.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.session;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
