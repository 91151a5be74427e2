package io.nvmetcp.e2e.sim.ground;

import io.nvmetcp.e2e.sim.check.Conduct;
import io.nvmetcp.e2e.sim.check.Ledger;
import io.nvmetcp.e2e.sim.cover.Coverage;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Journal;
import io.nvmetcp.e2e.sim.net.Network;
import io.nvmetcp.e2e.sim.plant.Plants;

/**
 * The world as a host or a target sees it.
 *
 * @param agenda its time
 * @param network connects them
 * @param ledger knows all operations
 * @param conduct judges who broke the protocol
 * @param plants what goes wrong on purpose
 * @param journal what happened
 * @param coverage where machines have been
 * @param moments who lies in wait for what
 * @param seed decides everything
 */
public record Surroundings(
    Agenda agenda,
    Network network,
    Ledger ledger,
    Conduct conduct,
    Plants plants,
    Journal journal,
    Coverage coverage,
    Moments moments,
    long seed) {}
