package io.nvmetcp.loadgen.verify;

/**
 * Who writes blocks, and where.
 *
 * @param nsid the namespace
 * @param seed of the job
 * @param writer tells workers of one run apart
 */
public record Identity(long nsid, long seed, int writer) {}
