package io.nvmetcp.target;

import io.nvmetcp.target.schedule.DisplacementHistogram;
import io.nvmetcp.target.session.Counter;
import io.nvmetcp.target.session.SessionCounters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open connections of a target, and what the closed ones counted. Any thread. */
final class ConnectionSet {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionSet.class);

  /** Somebody who waits until some connections are closed. */
  private record Waiting(Set<TargetConnection> open, Promise<Void> closed) {}

  private final AssociationLog associations = new AssociationLog();
  private final int limit;
  private final CongestionChoice congestion;
  private final Map<TargetConnection, SessionCounters> open = new HashMap<>();
  private final List<SessionCounters> draining = new ArrayList<>();
  private final long[] pastSums = new long[Counter.values().length];
  private final long[] pastDisplacement = new long[DisplacementHistogram.BUCKETS];
  private final long[] pastR2tDisplacement = new long[DisplacementHistogram.BUCKETS];
  private final List<Waiting> waiting = new ArrayList<>();
  private long accepted;
  private long refused;
  private boolean refusalLogged;

  ConnectionSet(int limit, CongestionChoice congestion) {
    this.limit = limit;
    this.congestion = congestion;
  }

  /** What they send by. */
  CongestionChoice congestion() {
    return congestion;
  }

  /** Where the life of its queues is logged. */
  AssociationLog associations() {
    return associations;
  }

  /** False if there are as many as there may be; that is logged once until there is room again. */
  synchronized boolean add(TargetConnection connection, SessionCounters counters) {
    if (open.size() >= limit) {
      refused++;
      if (!refusalLogged) {
        refusalLogged = true;
        LOG.warn("{} connections are open: more are refused", limit);
      }
      return false;
    }
    open.put(connection, counters);
    accepted++;
    return true;
  }

  /** A connection is closed; its counters may still move until its last lease is back. */
  void remove(TargetConnection connection) {
    List<Promise<Void>> done = new ArrayList<>();
    synchronized (this) {
      SessionCounters counters = open.remove(connection);
      if (counters == null) {
        return;
      }
      refusalLogged = false;
      draining.add(counters);
      foldDrained();
      waiting.removeIf(
          one -> {
            one.open.remove(connection);
            if (one.open.isEmpty()) {
              done.add(one.closed);
            }
            return one.open.isEmpty();
          });
    }
    done.forEach(promise -> promise.tryComplete());
  }

  // Counters stop moving when the connection is closed and nothing is lent any more.
  private void foldDrained() {
    draining.removeIf(
        counters -> {
          boolean settled =
              counters.get(Counter.LEASES_TAKEN) == counters.get(Counter.LEASES_RETURNED);
          if (settled) {
            counters.addTo(pastSums);
            counters.displacement().addTo(pastDisplacement);
            counters.r2tDisplacement().addTo(pastR2tDisplacement);
          }
          return settled;
        });
  }

  /**
   * What all connections did, those that are gone included.
   *
   * @param controllers associations now
   * @param transferBytes memory lent for data of commands now
   */
  synchronized TargetStatistics statistics(long controllers, long transferBytes) {
    foldDrained();
    long[] sums = pastSums.clone();
    long[] displacement = pastDisplacement.clone();
    long[] r2tDisplacement = pastR2tDisplacement.clone();
    List<SessionCounters> live = new ArrayList<>(open.values());
    live.addAll(draining);
    for (SessionCounters counters : live) {
      counters.addTo(sums);
      counters.displacement().addTo(displacement);
      counters.r2tDisplacement().addTo(r2tDisplacement);
    }
    return TargetStatistics.of(
        open.size(),
        accepted,
        refused,
        controllers,
        transferBytes,
        sums,
        displacement,
        r2tDisplacement);
  }

  /** Tells every connection to close. */
  void endAll(String reason) {
    select(_ -> true).forEach(connection -> connection.end(reason));
  }

  /**
   * Lets every connection finish what it has begun and close: first all that carry I/O queues, then
   * the admin queues, for the end of an admin queue ends its controller.
   *
   * @return done when no connection is open; how long that may take is the caller's to bound
   */
  Future<Void> drain() {
    Set<TargetConnection> first = select(connection -> !connection.carriesAdminQueue());
    first.forEach(TargetConnection::drain);
    return closed(first)
        .compose(
            _ -> {
              select(_ -> true).forEach(TargetConnection::drain);
              return allClosed();
            });
  }

  private synchronized Set<TargetConnection> select(Predicate<TargetConnection> wanted) {
    Set<TargetConnection> selected = new HashSet<>(open.keySet());
    selected.removeIf(wanted.negate());
    return selected;
  }

  /** Done when no connection is open. */
  Future<Void> allClosed() {
    return closed(select(_ -> true));
  }

  private synchronized Future<Void> closed(Set<TargetConnection> some) {
    Set<TargetConnection> left = new HashSet<>(some);
    left.retainAll(open.keySet());
    if (left.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    waiting.add(new Waiting(left, promise));
    return promise.future();
  }
}
