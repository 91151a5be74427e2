/** Chaos for a moment, so that it cannot rot, and a target that must be caught. */
@NullMarked
package io.nvmetcp.e2e.chaos;

import org.jspecify.annotations.NullMarked;
