package io.nvmetcp.e2e.sim.check;

import io.nvmetcp.e2e.sim.net.Wire;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.FatalStatus;
import java.util.HashSet;
import java.util.Set;

/**
 * Judges what ends connections: between two ends that keep to the protocol nobody ever finds a
 * fault, unless a bit was flipped on the way, and then it is one of a header: of its digest, or of
 * what is judged before that. A flipped type can make a terminate request of any PDU, which has no
 * digest.
 */
public final class Conduct {
  private final Set<Integer> strangers = new HashSet<>();
  private long found;

  /** Everybody keeps to the protocol. */
  public Conduct() {}

  /** On the connections of this host one end or the other does not keep to the protocol. */
  public void stranger(int host) {
    strangers.add(host);
  }

  /** True if one of its ends does not keep to the protocol. */
  public boolean strange(Wire wire) {
    return strangers.contains(wire.host());
  }

  /** Faults found so far. */
  public long found() {
    return found;
  }

  /** The host found a fault. */
  public void host(Wire wire, ConnectionFault fault) {
    judge(wire, "host", fault);
  }

  /** The target found a fault, in words. */
  public void target(Wire wire, String fault) {
    found++;
    if (!strange(wire) && wire.flips() == 0) {
      throw new Violation(Rule.CONNECTION, "the target of " + wire + " found: " + fault);
    }
  }

  private void judge(Wire wire, String who, ConnectionFault fault) {
    found++;
    if (strange(wire)) {
      return;
    }
    boolean explained =
        wire.flips() > 0
            && (fault.status() == null
                || fault.status() == FatalStatus.HEADER_DIGEST_ERROR
                || fault.status() == FatalStatus.INVALID_HEADER_FIELD
                || fault.status() == FatalStatus.SEQUENCE_ERROR);
    if (!explained) {
      throw new Violation(
          Rule.CONNECTION, "the " + who + " of " + wire + " found: " + fault.describe());
    }
  }
}
