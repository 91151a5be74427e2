package io.nvmetcp.e2e.sim.target;

import io.nvmetcp.e2e.sim.disk.DiskOptions;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.subsystem.ControllerLimits;

/**
 * What a target is like.
 *
 * @param session what its sessions may do
 * @param limits what its controllers offer
 * @param disk what its disks are like
 * @param transferBytes memory for data from hosts, all connections together
 * @param idleBytes of it what is kept for reuse
 * @param loops its event loops
 * @param maxLoopDelayNs what a task of them waits at most
 * @param lingerNs how long a peer may take to close after it was told why
 * @param places data is read from the socket to its place, where there is one
 */
public record TargetOptions(
    SessionOptions session,
    ControllerLimits limits,
    DiskOptions disk,
    long transferBytes,
    long idleBytes,
    int loops,
    long maxLoopDelayNs,
    long lingerNs,
    boolean places) {}
