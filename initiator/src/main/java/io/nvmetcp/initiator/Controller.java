package io.nvmetcp.initiator;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** A connected controller. Safe for use by many threads. */
public interface Controller {

  /** What was learned of the controller. */
  ControllerInfo info();

  /** The active namespaces that can be used. */
  List<Namespace> namespaces();

  /** The namespace with this identifier, if there is one. */
  Optional<Namespace> namespace(long nsid);

  /**
   * The contexts whose event loops own an I/O queue each. An I/O issued from one of them stays on
   * its event loop from end to end.
   */
  List<Context> contexts();

  /** What was counted on all queues so far; also after {@link #close()}. */
  Future<InitiatorStatistics> statistics();

  /** Succeeds when the controller is gone, whoever ended it, with the reason. */
  Future<String> ended();

  /**
   * Shuts the controller down and closes its connections: commands that run end first, new ones are
   * refused. Bounded in time by the connect timeout; a second call returns the same future.
   */
  Future<Void> close();
}
