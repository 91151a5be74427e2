/**
 * The nvmetcp commands: options in, one run, a report out, and an exit code that can be trusted.
 *
 * <p>Uses public packages only. The main thread waits; all work happens on the Vert.x contexts of
 * the libraries. Further commands are found through the service loader.
 */
@NullMarked
package io.nvmetcp.cli;

import org.jspecify.annotations.NullMarked;
