package io.nvmetcp.initiator;

import io.vertx.core.Future;
import io.vertx.core.streams.ReadStream;

/**
 * What a discovery service knows, followed: stays connected to it, and asks again, it and those
 * that it refers to, when it reports a change. A connection that is lost is made anew, as the
 * reconnect options of the initiator say; then everything is asked again. So it is when a service
 * could not be read, after 250 ms at first and every 32 s in the end. Safe for use by many threads.
 *
 * <p>For example:
 *
 * {@snippet file="InitiatorExamples.java" region="watch"}
 */
public interface DiscoveryWatch {

  /** What was found last. */
  DiscoveryResult result();

  /**
   * What changes from now on, as a stream of its own for each call, on the caller's context. A
   * stream that is paused keeps one change, which is all that happened since the one before. It
   * ends with the watch.
   */
  ReadStream<DiscoveryChange> changes();

  /** Succeeds when the watch has ended, whoever ended it, with the reason. */
  Future<String> ended();

  /** Ends the watch and leaves the service; a second call changes nothing. */
  Future<Void> close();
}
