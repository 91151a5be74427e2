package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.AsyncEvent;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The asynchronous events of one controller that wait for a request (Base specification 5.2). Once
 * an event is reported, further ones of its type are held until the host clears it by reading its
 * log page without <em>retain asynchronous event</em>. Of those that may be reported the lowest
 * type comes first: errors before health before notices.
 *
 * <p>Equal events are held once, so that it is bounded. Any thread.
 */
public final class EventLedger {
  private static final Comparator<AsyncEvent> BY_URGENCY =
      Comparator.comparingInt(AsyncEvent::type)
          .thenComparingInt(AsyncEvent::information)
          .thenComparingInt(AsyncEvent::logPage);

  private final TreeSet<AsyncEvent> waiting = new TreeSet<>(BY_URGENCY);
  // Reported and not cleared yet.
  private final TreeSet<AsyncEvent> reported = new TreeSet<>(BY_URGENCY);

  EventLedger() {}

  /** Something happened that the host wants to hear of. */
  synchronized void post(AsyncEvent event) {
    waiting.add(event);
  }

  /** The event to report now, as dword 0 of a completion; empty if there is none. */
  public synchronized OptionalInt take() {
    for (AsyncEvent event : waiting) {
      if (reported.stream().noneMatch(before -> before.type() == event.type())) {
        waiting.remove(event);
        reported.add(event);
        return OptionalInt.of(event.encode());
      }
    }
    return OptionalInt.empty();
  }

  /** The host reads this log page and learns all that it tells: before the page is made. */
  synchronized void clear(int logPage) {
    reported.removeIf(event -> event.logPage() == logPage);
    waiting.removeIf(event -> event.logPage() == logPage);
  }

  /** A controller reset forgets everything. */
  synchronized void reset() {
    waiting.clear();
    reported.clear();
  }
}
