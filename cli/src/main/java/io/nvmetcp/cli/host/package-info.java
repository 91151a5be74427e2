/**
 * What the commands of a host are made of: a session with a controller, copies between blocks and
 * files, and the forms in which structures are printed. The commands themselves stand one package
 * above.
 *
 * <p>A session lives on event loops of its own; everything here is called from the command's
 * thread, which may wait. Buffers are registered by a copy for as long as it runs.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.cli.host;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
