package io.nvmetcp.initiator.discovery;

/**
 * One record of a discovery log, of TCP: a subsystem and where to reach it.
 *
 * @param kind what is reached there
 * @param nqn its NQN
 * @param address host name or IP address
 * @param port TCP port; 0 if the record names none
 * @param portId the port's number within the subsystem
 * @param cntlid the controller to ask for; FFFFh lets the subsystem choose
 * @param adminQueueEntries largest admin queue
 */
public record DiscoveryEntry(
    Kind kind,
    String nqn,
    String address,
    int port,
    int portId,
    int cntlid,
    int adminQueueEntries) {

  /** What a record leads to. */
  public enum Kind {
    /** Another discovery service, with entries of its own. */
    REFERRAL,
    /** A subsystem with namespaces. */
    SUBSYSTEM,
    /** The discovery service that answered. */
    CURRENT_DISCOVERY,
    /** Something that this host does not know. */
    OTHER
  }
}
