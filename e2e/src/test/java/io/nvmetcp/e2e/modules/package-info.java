/** The five libraries as named modules, in a process of their own. */
@NullMarked
package io.nvmetcp.e2e.modules;

import org.jspecify.annotations.NullMarked;
