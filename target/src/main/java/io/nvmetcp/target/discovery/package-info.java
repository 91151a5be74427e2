/**
 * Answers discovery: which subsystems a host may find, and where.
 *
 * <p>Pure: log pages are built from an immutable view of the configuration, on the asking session's
 * thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.discovery;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
