package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.Cap;
import java.util.List;

/**
 * What was learned while a controller was brought up.
 *
 * @param cntlid the controller's identifier
 * @param cap its capabilities
 * @param version property VS
 * @param serial serial number
 * @param model model number
 * @param firmware firmware revision
 * @param maxTransferBytes most data of a command
 * @param inCapsuleBytes most in-capsule data of an I/O command
 * @param ioQueues I/O queues granted
 * @param volatileCache a volatile write cache is present
 * @param namespaces the active namespaces that can be used
 */
public record ControllerFacts(
    int cntlid,
    Cap cap,
    long version,
    String serial,
    String model,
    String firmware,
    long maxTransferBytes,
    int inCapsuleBytes,
    int ioQueues,
    boolean volatileCache,
    List<NamespaceFacts> namespaces) {}
