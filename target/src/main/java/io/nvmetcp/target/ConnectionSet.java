package io.nvmetcp.target;

import io.nvmetcp.target.schedule.DisplacementHistogram;
import io.nvmetcp.target.session.Counter;
import io.nvmetcp.target.session.SessionCounters;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The open connections of a target, and what the closed ones counted. Any thread. */
final class ConnectionSet {
  private final int limit;
  private final Map<TargetConnection, SessionCounters> open = new HashMap<>();
  private final List<SessionCounters> draining = new ArrayList<>();
  private final long[] pastSums = new long[Counter.values().length];
  private final long[] pastDisplacement = new long[DisplacementHistogram.BUCKETS];
  private final List<Promise<Void>> waiting = new ArrayList<>();
  private long accepted;

  ConnectionSet(int limit) {
    this.limit = limit;
  }

  /** False if there are as many as there may be. */
  synchronized boolean add(TargetConnection connection, SessionCounters counters) {
    if (open.size() >= limit) {
      return false;
    }
    open.put(connection, counters);
    accepted++;
    return true;
  }

  /** A connection is closed; its counters may still move until its last lease is back. */
  void remove(TargetConnection connection) {
    List<Promise<Void>> done = List.of();
    synchronized (this) {
      SessionCounters counters = open.remove(connection);
      if (counters == null) {
        return;
      }
      draining.add(counters);
      foldDrained();
      if (open.isEmpty()) {
        done = List.copyOf(waiting);
        waiting.clear();
      }
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
          }
          return settled;
        });
  }

  synchronized TargetStatistics statistics(long controllers) {
    foldDrained();
    long[] sums = pastSums.clone();
    long[] displacement = pastDisplacement.clone();
    List<SessionCounters> live = new ArrayList<>(open.values());
    live.addAll(draining);
    for (SessionCounters counters : live) {
      counters.addTo(sums);
      counters.displacement().addTo(displacement);
    }
    return TargetStatistics.of(open.size(), accepted, controllers, sums, displacement);
  }

  /** Tells every connection to close. */
  void endAll(String reason) {
    List<TargetConnection> all;
    synchronized (this) {
      all = List.copyOf(open.keySet());
    }
    all.forEach(connection -> connection.end(reason));
  }

  /** Done when no connection is open. */
  Future<Void> allClosed() {
    Promise<Void> promise = Promise.promise();
    synchronized (this) {
      if (!open.isEmpty()) {
        waiting.add(promise);
        return promise.future();
      }
    }
    promise.complete();
    return promise.future();
  }
}
