/**
 * Storage: the interface a back end fills, with memory, file and null, and decorators that add
 * delay and faults.
 *
 * <p>A back end completes by callback on the session's thread and must not block it: files are
 * served from virtual threads, one hop away. Buffers are borrowed until the callback.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.backend;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
