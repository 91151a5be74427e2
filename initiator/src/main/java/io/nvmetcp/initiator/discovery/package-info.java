/**
 * Reads discovery log pages: a pure machine, and the entries it finds, which are immutable copies
 * of what the network sent.
 *
 * <p>The machine is confined to the thread that drives it; {@code NvmeInitiator.discover} does.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.initiator.discovery;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
