package io.nvmetcp.e2e.sim.host;

/**
 * How far a search goes.
 *
 * @param depth referrals that may lead to a service
 * @param services services that are visited
 * @param entries entries that are kept
 */
public record SearchBounds(int depth, int services, int entries) {}
