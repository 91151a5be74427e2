/**
 * What tests of every module that speaks NVMe/TCP share: a sink that keeps what is written, and
 * conversations as text, so that a changed exchange is a readable diff.
 *
 * <p>Compiled into the tests of each such module; everything here belongs to one thread.
 */
@NullMarked
package io.nvmetcp.testing.wire;

import org.jspecify.annotations.NullMarked;
