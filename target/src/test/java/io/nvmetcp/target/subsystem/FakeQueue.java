package io.nvmetcp.target.subsystem;

import java.util.ArrayDeque;
import java.util.List;

/** A queue that a test holds in its hands: it ends when told, and is idle when the test says so. */
final class FakeQueue implements QueueEnd {
  private final String name;
  private final List<String> ended;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  boolean busy;
  int eventsPending;
  IoTally tally = IoTally.NONE;

  FakeQueue(String name, List<String> ended) {
    this.name = name;
    this.ended = ended;
  }

  @Override
  public void end(String reason) {
    ended.add(name + ": " + reason);
  }

  @Override
  public void eventsPending() {
    eventsPending++;
  }

  @Override
  public void abort(int cid, AbortOutcome outcome) {
    outcome.decided(false);
  }

  @Override
  public void whenIdle(Runnable action) {
    if (busy) {
      waiting.add(action);
    } else {
      action.run();
    }
  }

  void becomeIdle() {
    busy = false;
    waiting.forEach(Runnable::run);
    waiting.clear();
  }

  @Override
  public IoTally tally() {
    return tally;
  }
}
