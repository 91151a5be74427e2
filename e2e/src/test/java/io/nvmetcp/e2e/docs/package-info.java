/** What the documents promise: their examples compile, run and are quoted word for word. */
@NullMarked
package io.nvmetcp.e2e.docs;

import org.jspecify.annotations.NullMarked;
