package io.nvmetcp.initiator;

import io.nvmetcp.nvme.AsyncEvent;

/**
 * Something that happened to a controller or at it.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="events"}
 */
public sealed interface ControllerEvent {

  /**
   * The controller's own life went on.
   *
   * @param from where it stood
   * @param to where it stands
   * @param reason one sentence
   */
  record StateChanged(ControllerState from, ControllerState to, String reason)
      implements ControllerEvent {}

  /**
   * A namespace became active; {@link Controller#namespaces()} has it.
   *
   * @param namespace to be used from now on
   */
  record NamespaceAdded(Namespace namespace) implements ControllerEvent {}

  /**
   * A namespace is not active any more: its commands fail.
   *
   * @param id its identifier
   */
  record NamespaceRemoved(long id) implements ControllerEvent {}

  /**
   * A namespace changed, its size or whether it is write protected; it says the new values already.
   *
   * @param namespace which
   * @param oldBlocks its size before
   */
  record NamespaceChanged(Namespace namespace, long oldBlocks) implements ControllerEvent {}

  /** The discovery log of a discovery controller changed. */
  record DiscoveryLogChanged() implements ControllerEvent {}

  /**
   * The controller reported an event of another kind: the health of its medium, a change of access
   * (ANA), an error. Reading the event's log page, with {@link Admin#logPage}, makes the controller
   * report the next of its type.
   *
   * @param event as the controller sent it
   */
  record Notice(AsyncEvent event) implements ControllerEvent {}

  /**
   * The reader of the events was too slow, or paused too long: the oldest were dropped.
   *
   * @param count how many
   */
  record Missed(long count) implements ControllerEvent {}
}
