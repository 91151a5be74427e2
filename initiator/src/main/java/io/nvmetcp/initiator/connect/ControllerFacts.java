package io.nvmetcp.initiator.connect;

import io.nvmetcp.nvme.Cap;
import io.nvmetcp.nvme.Status;
import java.time.Duration;
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
 * @param commands which I/O commands it supports, and how large
 * @param logPageAttributes LPA, bits of {@link io.nvmetcp.nvme.ControllerBits}
 * @param retryDelayUnits CRDT1 to CRDT3: what to wait before a retry, in units of 100 ms
 * @param subsystemNqn the subsystem's NQN as Identify has it
 * @param maxCommands most commands outstanding on a queue (MAXCMD); 0 if not stated
 * @param aborts most Abort commands outstanding (ACL), from 1
 * @param countsTraffic any command counts as a Keep Alive (TBKAS)
 * @param quiesceMillis how long it may carry on with commands of an association that it found to be
 *     lost (CQT); 0 if not stated
 * @param namespaces the active namespaces that can be used
 * @param namespacesCut there are more of them, which were not looked at
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
    CommandLimits commands,
    int logPageAttributes,
    List<Integer> retryDelayUnits,
    String subsystemNqn,
    int maxCommands,
    int aborts,
    boolean countsTraffic,
    int quiesceMillis,
    List<NamespaceFacts> namespaces,
    boolean namespacesCut) {
  private static final long RETRY_DELAY_UNIT_MILLIS = 100;

  /** What the controller asks to wait before a retry; zero if the status names no time (CRD). */
  public Duration retryDelay(int status) {
    int crd = Status.retryDelay(status);
    return crd == 0
        ? Duration.ZERO
        : Duration.ofMillis(retryDelayUnits.get(crd - 1) * RETRY_DELAY_UNIT_MILLIS);
  }
}
