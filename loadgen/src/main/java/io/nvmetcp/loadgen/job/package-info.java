/**
 * What load is asked for, in fio's words: options, job files, and the jobs they describe. Pure: no
 * file, clock or socket is touched here; texts, variables and what they include are handed in.
 */
@NullMarked
package io.nvmetcp.loadgen.job;

import org.jspecify.annotations.NullMarked;
