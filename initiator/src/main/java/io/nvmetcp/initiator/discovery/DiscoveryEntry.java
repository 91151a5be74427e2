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
 * @param ipv6 the address is of IPv6
 * @param secureChannel whether a secure channel, TLS, must be used (TREQ bits 1:0)
 * @param flowControlOptional SQ flow control may be disabled (TREQ bit 2)
 */
public record DiscoveryEntry(
    Kind kind,
    String nqn,
    String address,
    int port,
    int portId,
    int cntlid,
    int adminQueueEntries,
    boolean ipv6,
    SecureChannel secureChannel,
    boolean flowControlOptional) {

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

  /** What a record says of a secure channel; each stands at its code. */
  public enum SecureChannel {
    /** Nothing is said. */
    NOT_SPECIFIED,
    /** Without one the connection is refused. */
    REQUIRED,
    /** It may be used or not. */
    NOT_REQUIRED,
    /** The value is reserved. */
    RESERVED
  }
}
