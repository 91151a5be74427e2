/**
 * A simulated TCP network: byte pipes with latency, segmentation, stalls and bit flips, sockets
 * over two of them, and what connects them, cuts them and keeps them apart.
 *
 * <p>Like TCP it never loses, repeats or reorders a byte of a connection that lives; a flipped bit
 * stands for what TCP's weak checksum lets pass. Sockets behave as a channel of Netty's does, half
 * closure off. Runs on the world's one thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.net;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
