/**
 * The public API of the host: options, controllers, namespaces, and operations that answer with a
 * Vert.x future.
 *
 * <p>An {@link io.nvmetcp.initiator.NvmeInitiator} discovers subsystems and connects to one; the
 * {@link io.nvmetcp.initiator.Controller} that comes of it has namespaces, admin commands and
 * events.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="connect"}
 *
 * <p>A {@link io.nvmetcp.initiator.Namespace} reads, writes and compares blocks, from and into
 * registered memory or buffers, and lets the controller zero, copy, verify or forget them; as a
 * stream it is copied as a whole. What fails says, by the type of its {@link
 * io.nvmetcp.initiator.NvmeException}, whether it was executed.
 *
 * <p>May be called on any thread; an operation goes to its queue's event loop once and its future
 * completes on the caller's context. Each buffer parameter says whether it is borrowed, consumed or
 * leased until close. No type of Netty's appears in a signature, and no future may be dropped.
 *
 * <p>The examples are part of {@code e2e/src/test/java/io/nvmetcp/e2e/docs}, which a test runs;
 * give that folder to the documentation tool as {@code --snippet-path}.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
