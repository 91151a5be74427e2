package io.nvmetcp.initiator.health;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands without an association: they wait here for the next one, in the order in which they
 * came. A machine without clock, socket or timer. For any thread; a command is told of its fate by
 * the caller, never under the lock.
 *
 * <p>Of commands that were never sent as many may wait here as on all queues together, and of all
 * commands as many as may wait or be outstanding there. One loss brings no more; but a write that
 * quiesces outlives associations, and each that is lost could bring others.
 *
 * @param <C> commands
 * @param <A> associations
 */
public final class ParkedCommands<
    C extends ParkedCommands.Command, A extends ParkedCommands.Association<C>> {

  /** What is to be known of a command. */
  public interface Command {
    /** It was sent once, on a connection that ended before it was answered. */
    boolean sentBefore();

    /** The number of the association of the queue that it goes to, or went to last. */
    int association();
  }

  /** What is to be known of an association. */
  public interface Association<C> {
    /** Counts associations upwards. */
    int number();

    /**
     * Why a command cannot be sent on it; null if it can. See {@link #mismatch}.
     *
     * @param from number of the association that it was issued for, or found right for since
     */
    @Nullable String wrong(C command, int from);
  }

  /** What is to be done with a command. */
  public sealed interface Fate<A> {
    /** Nothing: it waits here now. */
    record Waits<A>() implements Fate<A> {}

    /** Send it there. */
    record Goes<A>(A to) implements Fate<A> {}

    /** Fail it. */
    record Fails<A>(String reason) implements Fate<A> {}
  }

  /** Those that can go on, and those that cannot, with the reason. */
  public record Released<C>(List<C> goes, List<Failure<C>> fails) {
    /** A command, and why it fails. */
    public record Failure<C>(C command, String reason) {}
  }

  private record Parked<C>(C command, int association, long notBeforeNs, boolean quiesces) {}

  private final int newLimit;
  private final int limit;
  private final ArrayDeque<Parked<C>> line = new ArrayDeque<>();
  private @Nullable A live;
  private @Nullable String refusal;
  // Those in line that were never sent.
  private int waitingNew;

  /**
   * @param mayWait commands that may wait for slots, on all queues
   * @param mayBeOut commands that may be outstanding, on all queues
   * @param first the association that there is
   */
  public ParkedCommands(long mayWait, long mayBeOut, A first) {
    newLimit = (int) Math.min(mayWait, Integer.MAX_VALUE);
    limit = (int) Math.min(mayWait + mayBeOut, Integer.MAX_VALUE);
    live = first;
  }

  /**
   * A command that was not sent: it waits, or goes on.
   *
   * @param why it fails if it may not wait
   */
  public synchronized Fate<A> unsent(C command, boolean mayWait, String why) {
    Fate<A> now = fateNow(command);
    if (now != null) {
      return now;
    }
    if (!mayWait) {
      return new Fate.Fails<>(why);
    }
    boolean fresh = !command.sentBefore();
    if (fresh && waitingNew >= newLimit) {
      return tooMany(newLimit);
    }
    Fate<A> fate = await(command);
    if (fresh && fate instanceof Fate.Waits<A>) {
      waitingNew++;
    }
    return fate;
  }

  private Fate<A> await(C command) {
    return await(new Parked<>(command, command.association(), 0, false));
  }

  private Fate<A> await(Parked<C> parked) {
    if (line.size() >= limit) {
      return tooMany(limit);
    }
    line.add(parked);
    return new Fate.Waits<>();
  }

  private Fate<A> tooMany(int here) {
    return new Fate.Fails<>("%d commands wait for a connection already".formatted(here));
  }

  /** A command that was sent, and may be sent again. */
  public synchronized Fate<A> again(C command) {
    Fate<A> now = fateNow(command);
    return now == null ? await(command) : now;
  }

  /** A command that was sent, and may be sent again from a time on. */
  public synchronized Fate<A> again(C command, long notBeforeNs) {
    if (refusal != null) {
      return new Fate.Fails<>(refusal);
    }
    return await(new Parked<>(command, command.association(), notBeforeNs, true));
  }

  // Null if it has to wait.
  private @Nullable Fate<A> fateNow(C command) {
    if (refusal != null) {
      return new Fate.Fails<>(refusal);
    }
    A to = live;
    int from = command.association();
    if (to == null || from == to.number()) {
      return null;
    }
    String wrong = to.wrong(command, from);
    return wrong == null ? new Fate.Goes<>(to) : new Fate.Fails<>(wrong);
  }

  /** The association is lost: from now on commands wait. */
  public synchronized void detach() {
    live = null;
  }

  /** There is a new one, and those that need not wait any more go on. */
  public synchronized Released<C> attach(A next, long nowNs) {
    live = next;
    refusal = null;
    return release(nowNs);
  }

  /** Time has passed: those whose quiesce is over go on, if there is an association. */
  public synchronized Released<C> release(long nowNs) {
    List<C> goes = new ArrayList<>();
    List<Released.Failure<C>> fails = new ArrayList<>();
    A to = live;
    if (to != null) {
      for (int left = line.size(); left > 0; left--) {
        Parked<C> parked = line.remove();
        String wrong = to.wrong(parked.command, parked.association);
        if (wrong == null && parked.quiesces && parked.notBeforeNs - nowNs > 0) {
          line.add(new Parked<>(parked.command, to.number(), parked.notBeforeNs, true));
          continue;
        }
        if (!parked.command.sentBefore()) {
          waitingNew--;
        }
        if (wrong == null) {
          goes.add(parked.command);
        } else {
          fails.add(new Released.Failure<>(parked.command, wrong));
        }
      }
    }
    return new Released<>(goes, fails);
  }

  /**
   * In how long the next command can go on whose quiesce is over by then; {@link
   * ReconnectPolicy#NEVER} if there is none, or no association.
   */
  public synchronized long quiesceNs(long nowNs) {
    long next = ReconnectPolicy.NEVER;
    if (live == null) {
      return next;
    }
    for (Parked<C> parked : line) {
      if (parked.quiesces) {
        next = Math.min(next, Math.max(0, parked.notBeforeNs - nowNs));
      }
    }
    return next;
  }

  /** Until there is an association nothing waits: what is here fails, and what comes. */
  public synchronized List<C> refuse(String reason) {
    refusal = reason;
    List<C> all = line.stream().map(Parked<C>::command).toList();
    line.clear();
    waitingNew = 0;
    return all;
  }

  /** Commands that wait. */
  public synchronized int size() {
    return line.size();
  }

  /**
   * What cannot be sent on any other association than its own; null if there is nothing.
   *
   * @param from number of the association for which it was found right
   * @param to number of the one on which it is to be sent
   * @param dataBytes its data
   * @param maxTransferBytes what a command may have there
   */
  public static @Nullable String mismatch(int from, int to, long dataBytes, long maxTransferBytes) {
    if (from < to - 1) {
      return "the controller was connected again more than once meanwhile";
    }
    if (from < to && dataBytes > maxTransferBytes) {
      return "the controller takes %d bytes in one command now, and this one has %d"
          .formatted(maxTransferBytes, dataBytes);
    }
    return null;
  }
}
