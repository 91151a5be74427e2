package io.nvmetcp.target;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.Fabrics;

/** Another discovery service that hosts are told of. Not thread-safe while it is changed. */
@SuppressWarnings("exports") // the annotation's module is not needed to use this
public final class ReferralOptions {
  private final String address;
  private final int port;
  private String nqn = Fabrics.DISCOVERY_NQN;

  /**
   * @param address its IP address
   * @param port its TCP port, 1 to 65535
   */
  public ReferralOptions(String address, int port) {
    if (address.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "a referral to '%s' port %d: an address and a port from 1 to 65535 are needed"
              .formatted(address, port));
    }
    this.address = address;
    this.port = port;
  }

  /** Its IP address. */
  public String getAddress() {
    return address;
  }

  /** Its TCP port. */
  public int getPort() {
    return port;
  }

  /** Its NQN. */
  public String getNqn() {
    return nqn;
  }

  /** Sets its NQN; by default the well-known one of discovery. */
  @CanIgnoreReturnValue
  public ReferralOptions setNqn(String value) {
    nqn = SubsystemOptions.checkedNqn(value);
    return this;
  }
}
