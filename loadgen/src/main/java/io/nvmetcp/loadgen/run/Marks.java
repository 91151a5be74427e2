package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerEvent;
import io.nvmetcp.initiator.ControllerState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What happened to the connections of a run, at most so much of it. Safe for many threads. */
final class Marks {
  private static final int MOST = 256;

  private final List<Mark> marks = new ArrayList<>();
  private final LongSupplier elapsedNs;
  private final Runnable whenLost;
  private long retried;

  /**
   * @param elapsedNs time since the start of the run, 0 before
   * @param whenLost called when a connection is lost
   */
  Marks(LongSupplier elapsedNs, Runnable whenLost) {
    this.elapsedNs = elapsedNs;
    this.whenLost = whenLost;
  }

  /** Follows a controller to its end. */
  void follow(Controller controller) {
    controller
        .events()
        .handler(
            event -> {
              if (event instanceof ControllerEvent.StateChanged change) {
                changed(change);
              }
            });
  }

  private void changed(ControllerEvent.StateChanged change) {
    switch (change.to()) {
      case RECONNECTING -> {
        whenLost.run();
        add(Mark.Kind.LOST, change.reason());
      }
      case LIVE -> {
        if (change.from() == ControllerState.RECONNECTING) {
          add(Mark.Kind.RECONNECTED, change.reason());
        }
      }
      case ENDED -> {
        if (change.from() != ControllerState.CLOSING) {
          add(Mark.Kind.ENDED, change.reason());
        }
      }
      case CLOSING -> {}
    }
  }

  /** So many commands were sent again so far. */
  synchronized void retried(long count) {
    if (count > retried) {
      add(Mark.Kind.RETRIED, (count - retried) + " commands were sent again");
      retried = count;
    }
  }

  private synchronized void add(Mark.Kind kind, String text) {
    if (marks.size() < MOST) {
      marks.add(new Mark(elapsedNs.getAsLong(), kind, text));
    }
  }

  synchronized List<Mark> list() {
    return List.copyOf(marks);
  }
}
