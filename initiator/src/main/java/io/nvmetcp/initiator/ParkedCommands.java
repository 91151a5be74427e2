package io.nvmetcp.initiator;

import io.nvmetcp.initiator.health.ReconnectPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands without an association: they wait here for the next one, in the order in which they
 * came. For any thread; a command is told of its fate by the caller, never under the lock.
 *
 * <p>Of commands that were never sent as many may wait here as on all queues together, and of all
 * commands as many as may wait or be outstanding there. One loss brings no more; but a write that
 * quiesces outlives associations, and each that is lost could bring others.
 */
final class ParkedCommands {

  /** What is to be done with a command. */
  sealed interface Fate {
    /** Nothing: it waits here now. */
    record Waits() implements Fate {}

    /** Send it there. */
    record Goes(Association to) implements Fate {}

    /** Fail it. */
    record Fails(String reason) implements Fate {}
  }

  private static final Fate WAITS = new Fate.Waits();

  /**
   * @param association the number of that for which it was found right last
   */
  private record Parked(IoCommand command, int association, long notBeforeNs, boolean quiesces) {
    static Parked of(IoCommand command) {
      return new Parked(command, command.queue().association(), 0, false);
    }
  }

  /** Those that can go on, and those that cannot, with the reason. */
  record Released(List<IoCommand> goes, List<Failure> fails) {
    /** A command, and why it fails. */
    record Failure(IoCommand command, String reason) {}
  }

  private final int newLimit;
  private final int limit;
  private final ArrayDeque<Parked> line = new ArrayDeque<>();
  private @Nullable Association live;
  private @Nullable String refusal;
  // Those in line that were never sent.
  private int waitingNew;

  /**
   * @param mayWait commands that may wait for slots, on all queues
   * @param mayBeOut commands that may be outstanding, on all queues
   */
  ParkedCommands(long mayWait, long mayBeOut, Association first) {
    newLimit = (int) Math.min(mayWait, Integer.MAX_VALUE);
    limit = (int) Math.min(mayWait + mayBeOut, Integer.MAX_VALUE);
    live = first;
  }

  /**
   * A command that was not sent: it waits, or goes on.
   *
   * @param why it fails if it may not wait
   */
  synchronized Fate unsent(IoCommand command, boolean mayWait, String why) {
    Fate now = fateNow(command);
    if (now != null) {
      return now;
    }
    if (!mayWait) {
      return new Fate.Fails(why);
    }
    boolean fresh = !command.sentBefore();
    if (fresh && waitingNew >= newLimit) {
      return tooMany(newLimit);
    }
    Fate fate = await(Parked.of(command));
    if (fresh && fate == WAITS) {
      waitingNew++;
    }
    return fate;
  }

  private Fate await(Parked parked) {
    if (line.size() >= limit) {
      return tooMany(limit);
    }
    line.add(parked);
    return WAITS;
  }

  private static Fate tooMany(int here) {
    return new Fate.Fails("%d commands wait for a connection already".formatted(here));
  }

  /** A command that was sent, and may be sent again. */
  synchronized Fate again(IoCommand command) {
    Fate now = fateNow(command);
    return now == null ? await(Parked.of(command)) : now;
  }

  /** A command that was sent, and may be sent again from a time on. */
  synchronized Fate again(IoCommand command, long notBeforeNs) {
    if (refusal != null) {
      return new Fate.Fails(refusal);
    }
    return await(new Parked(command, command.queue().association(), notBeforeNs, true));
  }

  // Null if it has to wait.
  private @Nullable Fate fateNow(IoCommand command) {
    if (refusal != null) {
      return new Fate.Fails(refusal);
    }
    Association to = live;
    int from = command.queue().association();
    if (to == null || from == to.number()) {
      return null;
    }
    String wrong = to.wrong(command, from);
    return wrong == null ? new Fate.Goes(to) : new Fate.Fails(wrong);
  }

  /** The association is lost: from now on commands wait. */
  synchronized void detach() {
    live = null;
  }

  /** There is a new one, and those that need not wait any more go on. */
  synchronized Released attach(Association next, long nowNs) {
    live = next;
    refusal = null;
    return release(nowNs);
  }

  /** Time has passed: those whose quiesce is over go on, if there is an association. */
  synchronized Released release(long nowNs) {
    List<IoCommand> goes = new ArrayList<>();
    List<Released.Failure> fails = new ArrayList<>();
    Association to = live;
    if (to != null) {
      for (int left = line.size(); left > 0; left--) {
        Parked parked = line.remove();
        String wrong = to.wrong(parked.command, parked.association);
        if (wrong == null && parked.quiesces && parked.notBeforeNs - nowNs > 0) {
          line.add(new Parked(parked.command, to.number(), parked.notBeforeNs, true));
          continue;
        }
        if (!parked.command.sentBefore()) {
          waitingNew--;
        }
        if (wrong == null) {
          goes.add(parked.command);
        } else {
          fails.add(new Released.Failure(parked.command, wrong));
        }
      }
    }
    return new Released(goes, fails);
  }

  /**
   * In how long the next command can go on whose quiesce is over by then; {@link
   * ReconnectPolicy#NEVER} if there is none, or no association.
   */
  synchronized long quiesceNs(long nowNs) {
    long next = ReconnectPolicy.NEVER;
    if (live == null) {
      return next;
    }
    for (Parked parked : line) {
      if (parked.quiesces) {
        next = Math.min(next, Math.max(0, parked.notBeforeNs - nowNs));
      }
    }
    return next;
  }

  /** Until there is an association nothing waits: what is here fails, and what comes. */
  synchronized List<IoCommand> refuse(String reason) {
    refusal = reason;
    List<IoCommand> all = line.stream().map(Parked::command).toList();
    line.clear();
    waitingNew = 0;
    return all;
  }

  /** Commands that wait. */
  synchronized int size() {
    return line.size();
  }
}
