/**
 * Behind {@code nvmetcp bench}: where jobs come from, the target of its own, the live line and the
 * files of results. The load itself is that of {@code loadgen}.
 */
@NullMarked
package io.nvmetcp.cli.bench;

import org.jspecify.annotations.NullMarked;
