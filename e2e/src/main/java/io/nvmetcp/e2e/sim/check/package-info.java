/**
 * What must hold in a simulated world, and the models by which it is judged: which value a read may
 * return, which end a command may have, what must be back at the end.
 *
 * <p>The checks know what hosts asked for and what they were told, and nothing of what goes on in
 * between. Runs on the world's one thread.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.e2e.sim.check;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
