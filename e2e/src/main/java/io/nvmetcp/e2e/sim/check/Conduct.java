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
  private final Set<Integer> hostileHosts = new HashSet<>();
  private final Set<Integer> hostileTargets = new HashSet<>();
  private long found;

  /** Everybody keeps to the protocol. */
  public Conduct() {}

  /** This host does not keep to the protocol. */
  public void hostileHost(int host) {
    hostileHosts.add(host);
  }

  /** This target does not keep to the protocol. */
  public void hostileTarget(int target) {
    hostileTargets.add(target);
  }

  /** True if either end of it does not keep to the protocol. */
  public boolean hostile(Wire wire) {
    return hostileHosts.contains(wire.host()) || hostileTargets.contains(wire.target());
  }

  /** True if this host does not keep to the protocol. */
  public boolean hostile(int host) {
    return hostileHosts.contains(host);
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
    if (!hostile(wire) && wire.flips() == 0) {
      throw new Violation(Rule.CONNECTION, "the target of " + wire + " found: " + fault);
    }
  }

  private void judge(Wire wire, String who, ConnectionFault fault) {
    found++;
    if (hostile(wire)) {
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
