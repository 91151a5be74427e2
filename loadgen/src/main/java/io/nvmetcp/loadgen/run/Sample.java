package io.nvmetcp.loadgen.run;

/**
 * The initiator's counts at a moment of the run.
 *
 * @param elapsedNs since the start of the run
 * @param counts so far
 */
public record Sample(long elapsedNs, DeviceCounts counts) {}
