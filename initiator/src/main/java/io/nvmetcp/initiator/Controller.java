package io.nvmetcp.initiator;

import io.nvmetcp.ddp.DdpDevice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.Optional;

/** A connected controller. Safe for use by many threads. */
public interface Controller {

  /** What was learned of the controller when it was connected last. */
  ControllerInfo info();

  /** The active namespaces that can be used, by their identifier. */
  List<Namespace> namespaces();

  /**
   * True if the controller has more active namespaces than this host looks at, see {@link
   * InitiatorOptions#setMaxNamespaces}: those with the highest identifiers are not among {@link
   * #namespaces()}.
   */
  boolean hasMoreNamespaces();

  /** The namespace with this identifier, if there is one. */
  Optional<Namespace> namespace(long nsid);

  /** Its admin commands. */
  Admin admin();

  /**
   * Sends an I/O command as it is, for what {@link Namespace} does not wrap. Data that is no
   * registered memory is copied once; it is at most 128 KiB then.
   *
   * @return fails as the operations of a namespace do
   */
  Future<RawResult> passthrough(RawCommand command);

  /** Where its life stands. */
  ControllerState state();

  /**
   * What happens to the controller from now on, as a stream of its own for each call. Events come
   * on the caller's context. A stream that is paused keeps the last 256; it ends with the
   * controller. A stream without a handler keeps nothing.
   */
  ReadStream<ControllerEvent> events();

  /**
   * Asks the controller which namespaces are active and how large they are, as is done on its own
   * when it reports a change.
   *
   * @return the namespaces, once {@link #namespaces()} has them
   */
  Future<List<Namespace>> rescan();

  /**
   * The contexts whose event loops own an I/O queue each. An I/O issued from one of them stays on
   * its event loop from end to end.
   */
  List<Context> contexts();

  /** What was counted on all queues so far; also after {@link #close()}. */
  Future<InitiatorStatistics> statistics();

  /**
   * The placing device of the I/O queues, the same one after every reconnect: what it can take and
   * do, and what it is wanted to do, which may be changed at any time and fails no I/O. The admin
   * queue has none.
   */
  DdpDevice device();

  /**
   * Succeeds when the controller is gone for good, whoever ended it, with the reason. A loss alone
   * is not the end of it, see {@link ReconnectOptions}.
   */
  Future<String> ended();

  /**
   * Shuts the controller down and closes its connections: commands that run end first, new ones are
   * refused. Bounded in time by the connect timeout; a second call returns the same future.
   */
  Future<Void> close();
}
