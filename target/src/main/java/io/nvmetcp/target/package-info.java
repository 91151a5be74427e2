/**
 * The public API to build a target, start it, look at it and stop it.
 *
 * <p>May be called on any thread; futures complete on the caller's context and may not be dropped.
 * No type of Netty's appears in a signature. Storage handed in stays the caller's unless it says
 * otherwise.
 *
 * <p>For example, a target that makes trouble on purpose, for a test:
 *
 * {@snippet file="GuideExamples.java" region="rehearse"}
 *
 * <p>The examples are part of {@code e2e/src/test/java/io/nvmetcp/e2e/docs}, which a test runs;
 * give that folder to the documentation tool as {@code --snippet-path}.
 */
@CheckReturnValue
@NullMarked
package io.nvmetcp.target;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
