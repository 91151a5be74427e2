package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.initiator.health.ReconnectPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands without an association, which wait for the next one. */
final class Parked {
  private record Entry(HostCommand command, long notBeforeNs) {}

  private final HostOptions options;
  private final ArrayDeque<Entry> line = new ArrayDeque<>();
  private @Nullable Association live;
  private @Nullable String refusal;
  // Those in line that were never sent.
  private int waitingNew;

  Parked(HostOptions options, Association first) {
    this.options = options;
    live = first;
  }

  /**
   * A command without a connection.
   *
   * @param notBeforeNs when it may be sent; 0 at once
   * @return where to send it now, or null if it waits
   */
  @Nullable Association park(HostCommand command, long notBeforeNs) {
    Association now = live;
    String refused = refusal;
    if (refused != null) {
      command.neverSent(refused);
      return null;
    }
    if (now != null && notBeforeNs == 0 && now.number() != command.queue().association()) {
      return now;
    }
    boolean fresh = !command.sentBefore();
    if (fresh && waitingNew >= options.ioQueues() * options.waitingCommands()
        || line.size() >= HostBudget.parkedCommands(options)) {
      command.neverSent("too many commands wait for a connection already");
      return null;
    }
    line.add(new Entry(command, notBeforeNs));
    waitingNew += fresh ? 1 : 0;
    HostBudget.checkParked(options, line.size());
    return null;
  }

  /** The association is lost: from now on commands wait. */
  void detach() {
    live = null;
  }

  /** There is a new one. */
  void attach(Association next) {
    live = next;
    refusal = null;
  }

  /** Those that can go on now. */
  List<HostCommand> release(long nowNs) {
    List<HostCommand> goes = new ArrayList<>();
    if (live != null) {
      for (int left = line.size(); left > 0; left--) {
        Entry entry = line.remove();
        if (entry.notBeforeNs > nowNs) {
          line.add(entry);
        } else {
          goes.add(entry.command);
          waitingNew -= entry.command.sentBefore() ? 0 : 1;
        }
      }
    }
    return goes;
  }

  /** When the next one can go on. */
  long nextNs() {
    long next = ReconnectPolicy.NEVER;
    for (Entry entry : line) {
      // Those that need not wait for a time wait for the next association.
      if (live != null && entry.notBeforeNs > 0) {
        next = Math.min(next, entry.notBeforeNs);
      }
    }
    return next;
  }

  /** Until there is an association nothing waits: what is here fails, and what comes. */
  void refuse(String reason) {
    refusal = reason;
    List<Entry> all = new ArrayList<>(line);
    line.clear();
    waitingNew = 0;
    all.forEach(entry -> entry.command.neverSent(reason));
  }

  int size() {
    return line.size();
  }
}
