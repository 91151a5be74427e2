package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import java.util.List;

/** What {@link BringUp} or {@link Shutdown} wants done next. */
public sealed interface Action {

  /**
   * Submit this command on the admin queue and report its end.
   *
   * @param sqe the entry; identifier and data descriptor are the queue's
   * @param direction which way data goes
   * @param data the data to send, or room for what comes
   */
  record Command(byte[] sqe, Direction direction, byte[] data) implements Action {}

  /**
   * Wait, then call {@code resumed}.
   *
   * @param millis how long
   */
  record Pause(long millis) implements Action {}

  /**
   * The controller is ready.
   *
   * @param facts what was learned
   */
  record Done(ControllerFacts facts) implements Action {}

  /**
   * The active namespaces are known.
   *
   * @param namespaces those that can be used, by their identifier
   * @param cut there are more, which were not looked at
   */
  record Scanned(List<NamespaceFacts> namespaces, boolean cut) implements Action {
    /** Copies the list. */
    public Scanned {
      namespaces = List.copyOf(namespaces);
    }
  }

  /** The controller completed its shutdown. */
  record ShutDown() implements Action {}

  /**
   * The controller cannot be used.
   *
   * @param reason one sentence
   * @param again another try may succeed: the controller did not say otherwise (DNR)
   */
  record Failed(String reason, boolean again) implements Action {}
}
