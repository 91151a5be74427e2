/**
 * Subsystems, controllers and namespaces, the admin commands, and who may see what.
 *
 * <p>Pure: no channels, no clocks, no Vert.x. What several sessions share is immutable, or guarded
 * here.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target.subsystem;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
