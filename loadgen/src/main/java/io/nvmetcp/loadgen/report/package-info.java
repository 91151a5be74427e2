/**
 * What came of a run, for people and programs: fio's summary and JSON, logs, a page with plots, and
 * two runs side by side. Pure, but for the logs, which write files on threads of their own.
 */
@NullMarked
package io.nvmetcp.loadgen.report;

import org.jspecify.annotations.NullMarked;
