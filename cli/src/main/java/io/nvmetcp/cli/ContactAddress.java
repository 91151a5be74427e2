package io.nvmetcp.cli;

import io.nvmetcp.target.ListenerOptions;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The address by which a listener can be reached, as far as it is known here.
 *
 * @param host to connect to
 * @param note what else there is to say, a sentence
 */
record ContactAddress(String host, Optional<String> note) {

  /** The address to connect to a listener. */
  static ContactAddress of(ListenerOptions listener) {
    Optional<String> advertised = listener.getAdvertisedAddress();
    Optional<String> loopback = loopback(listener.getHost());
    if (advertised.isPresent() || loopback.isEmpty()) {
      return new ContactAddress(advertised.orElse(listener.getHost()), Optional.empty());
    }
    return new ContactAddress(
        loopback.get(),
        Optional.of(
            ("%s is every address of this machine: other hosts connect to one of those,"
                    + " and --advertise tells which")
                .formatted(listener.getHost())));
  }

  // An address that stands for all of them cannot be connected to.
  private static Optional<String> loopback(String host) {
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      if (address.isAnyLocalAddress()) {
        return Optional.of(address instanceof Inet4Address ? "127.0.0.1" : "::1");
      }
    } catch (IllegalArgumentException e) {
      // A name.
    }
    return Optional.empty();
  }
}
