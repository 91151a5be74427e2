/** The command line as a process: signals, exit codes, what is left behind. */
@NullMarked
package io.nvmetcp.e2e.process;

import org.jspecify.annotations.NullMarked;
