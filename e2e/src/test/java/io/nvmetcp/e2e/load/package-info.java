/** The load generator on real targets. */
@NullMarked
package io.nvmetcp.e2e.load;

import org.jspecify.annotations.NullMarked;
