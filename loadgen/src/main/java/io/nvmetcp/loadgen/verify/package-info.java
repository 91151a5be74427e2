/**
 * Content that proves itself: every block says which namespace, place, writer and generation it is
 * of, and a ledger remembers which generations each block may show. What is found wrong is told
 * apart: lost, stale, torn, misplaced, foreign, corrupt. Everything belongs to one worker.
 */
@NullMarked
package io.nvmetcp.loadgen.verify;

import org.jspecify.annotations.NullMarked;
