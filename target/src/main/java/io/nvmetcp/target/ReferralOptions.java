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
    if (address.isBlank()) {
      throw new BadOption("address of a referral", "it is empty");
    }
    this.address = address;
    this.port = TargetOptions.checked("port of a referral", port, 1, 65535);
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
