package io.nvmetcp.initiator.discovery;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Follows the referrals of discovery services, breadth first, with bounds on everything: a machine
 * without clock or socket that says which service to visit next, and is told what its log holds.
 *
 * <p>No service is visited twice, so a cycle ends by itself.
 */
public final class ReferralWalk {

  /**
   * A service to visit.
   *
   * @param host name or address
   * @param port TCP port
   * @param depth how many referrals lead there
   */
  public record Stop(String host, int port, int depth) {}

  /**
   * A service that was not visited, or whose log could not be read.
   *
   * @param stop which
   * @param reason one sentence
   */
  public record Problem(Stop stop, String reason) {}

  private final int maxDepth;
  private final int maxServices;
  private final int maxEntries;
  private final int defaultPort;
  private final ArrayDeque<Stop> next = new ArrayDeque<>();
  private final Set<String> known = new HashSet<>();
  private final Set<DiscoveryEntry> entries = new LinkedHashSet<>();
  // Each once: a log may say the same thing a thousand times.
  private final Set<Problem> problems = new LinkedHashSet<>();
  private long generation;
  private boolean whole = true;

  /**
   * @param first where to begin
   * @param maxDepth how many referrals may lead to a service; 0 follows none
   * @param maxServices how many services are visited at most
   * @param maxEntries how many different entries are kept at most
   * @param defaultPort the port of a referral that names none
   */
  public ReferralWalk(Stop first, int maxDepth, int maxServices, int maxEntries, int defaultPort) {
    this.maxDepth = maxDepth;
    this.maxServices = maxServices;
    this.maxEntries = maxEntries;
    this.defaultPort = defaultPort;
    known.add(key(first));
    next.add(first);
  }

  /** The service to visit next; empty if there is none. */
  public Optional<Stop> next() {
    return Optional.ofNullable(next.poll());
  }

  /**
   * The log of {@code stop} was read.
   *
   * @param number its generation counter
   * @param found its entries
   */
  public void visited(Stop stop, long number, List<DiscoveryEntry> found) {
    if (stop.depth() == 0) {
      generation = number;
    }
    for (DiscoveryEntry entry : found) {
      if (entries.size() == maxEntries && !entries.contains(entry)) {
        problems.add(new Problem(stop, "there are more than " + maxEntries + " entries"));
        next.clear();
        return;
      }
      entries.add(entry);
      if (entry.kind() == DiscoveryEntry.Kind.REFERRAL && maxDepth > 0) {
        refer(stop, entry);
      }
    }
  }

  private void refer(Stop from, DiscoveryEntry entry) {
    int port = entry.port() == 0 ? defaultPort : entry.port();
    Stop stop = new Stop(entry.address(), port, from.depth() + 1);
    if (entry.address().isBlank()) {
      problems.add(new Problem(from, "a referral names no address"));
    } else if (known.contains(key(stop))) {
      // A cycle, or another way to the same service: once is enough.
      return;
    } else if (stop.depth() > maxDepth) {
      problems.add(new Problem(stop, "not visited: %d referrals deep".formatted(stop.depth())));
    } else if (known.size() == maxServices) {
      problems.add(
          new Problem(stop, "not visited: there are more than %d services".formatted(maxServices)));
      // Once is enough, however many there are.
      known.add(key(stop));
    } else if (known.size() < maxServices) {
      known.add(key(stop));
      next.add(stop);
    }
  }

  /**
   * The log of {@code stop} could not be read.
   *
   * @return false if the walk is over, and found nothing: without the first service there is
   *     nothing, without another one less
   */
  public boolean failed(Stop stop, String reason) {
    whole = false;
    problems.add(new Problem(stop, reason));
    return stop.depth() > 0;
  }

  /** The generation counter of the first log. */
  public long generation() {
    return generation;
  }

  /** True if every service that was visited could be read. */
  public boolean whole() {
    return whole;
  }

  /** The different entries that were found, in the order in which they were. */
  public List<DiscoveryEntry> entries() {
    return List.copyOf(entries);
  }

  /** What went wrong on the way: at most one for each entry and each service. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  private static String key(Stop stop) {
    return stop.host().toLowerCase(Locale.ROOT) + " " + stop.port();
  }
}
