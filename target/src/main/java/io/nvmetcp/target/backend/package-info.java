/**
 * Storage: the interface a back end fills, with memory, file and null, and decorators that add
 * delay and faults.
 *
 * <p>A back end completes by callback on the session's thread and must not block it: files are
 * served from virtual threads, one hop away. Buffers are borrowed until the callback.
 *
 * <p>To write a back end, fill {@link io.nvmetcp.target.backend.StorageBackend}: size, read, write,
 * flush and close are the least, and the rest has defaults made of them.
 *
 * <ul>
 *   <li>A read adds memory to its {@link io.nvmetcp.target.backend.MemoryPieces} and with it a
 *       {@link io.nvmetcp.target.backend.Lease}, called when the last byte has left for the host.
 *       Lent memory does not change meanwhile: lend a copy, or copy on write. If digests of it are
 *       kept, give their source with the pieces ({@link io.nvmetcp.crc.DigestSource}).
 *   <li>If the storage itself can take what a socket brings, lend it for large writes ({@code
 *       prepareWrite}): nothing may be seen of it before the write, for that may never come.
 *   <li>Whatever may block goes to a thread of the back end's own and comes back by {@code
 *       sessionThread.execute(() -> completion.complete(status))}. If that executor refuses, the
 *       session is gone: give back what the operation holds.
 *   <li>If a completed write can be lost with the machine, say so ({@code writesAreVolatile}):
 *       hosts flush only then. A flush covers every write that completed before it.
 *   <li>Only what {@code compareAndWrite} promises makes fused operations safe; leave it out if
 *       other writers cannot be kept out.
 *   <li>Closing completes when the last lease is back, so nothing is freed under a socket.
 * </ul>
 *
 * Give it to {@code NamespaceOptions.custom}. To change what another back end does, extend {@link
 * io.nvmetcp.target.backend.BackendDecorator}.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.backend;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
