package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.ConnectData;

/**
 * What a host says of itself and asks for.
 *
 * @param identity host identifier and the two NQNs; its CNTLID is what the admin Connect asks for
 * @param adminEntries size of the admin queue
 * @param ioQueues I/O queues wanted; with 0, neither queues nor namespaces are asked for
 * @param ioEntries size of an I/O queue wanted
 * @param katoMillis keep-alive timeout, 0 for none
 * @param maxNamespaces most namespaces that are looked at
 * @param disableFlowControl ask to disable SQ flow control
 */
public record ConnectParameters(
    ConnectData identity,
    int adminEntries,
    int ioQueues,
    int ioEntries,
    long katoMillis,
    int maxNamespaces,
    boolean disableFlowControl) {}
