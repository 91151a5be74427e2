/**
 * The other end of the wire, scripted: what a controller would read and write, without a socket.
 */
@NullMarked
package io.nvmetcp.initiator.testkit;

import org.jspecify.annotations.NullMarked;
