/**
 * Benchmarks of whole paths over real sockets, side by side in one process and one run. They print
 * ratios, since absolute speeds say more of a machine than of this project. No benchmark is a test.
 */
@NullMarked
package io.nvmetcp.e2e.bench;

import org.jspecify.annotations.NullMarked;
