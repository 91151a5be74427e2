package io.nvmetcp.target;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/**
 * An NVMe/TCP target: serves the subsystems of its options until it is closed. What it serves can
 * be changed while hosts are connected; they are told as the specification has it.
 *
 * <p>Any thread. Futures complete on the caller's context. It starts once; a target that was closed
 * cannot start again. Changes happen one at a time, whole or not at all. They fail with an {@link
 * IllegalArgumentException} if they do not fit what is served, with an {@link java.io.IOException}
 * if storage cannot be had, and with an {@link IllegalStateException} before the start or after the
 * end; the message is one line.
 *
 * <p>For example:
 *
 * {@snippet file="GuideExamples.java" region="change"}
 */
public interface NvmeTarget {

  /**
   * A target that is not started yet; the options are read when it starts.
   *
   * @param vertx runs it; stays the caller's
   */
  static NvmeTarget create(Vertx vertx, TargetOptions options) {
    return new VertxNvmeTarget(vertx, options);
  }

  /**
   * Opens the storage and listens.
   *
   * @return this target, once it takes connections. Fails with an {@link IllegalArgumentException}
   *     if the options do not fit together and an {@link java.io.IOException} if storage, port or
   *     TCP congestion control cannot be had; the message is one line saying what and where, and
   *     nothing stays open
   */
  Future<NvmeTarget> start();

  /**
   * The TCP port that the first listener listens on.
   *
   * @throws IllegalStateException before it has started
   */
  int port();

  /**
   * Where it listens, in the order of the options.
   *
   * @throws IllegalStateException before it has started
   */
  List<Listening> listeners();

  /**
   * What it serves now, in the order in which it was added.
   *
   * @throws IllegalStateException before it has started
   */
  List<ServedSubsystem> subsystems();

  /** Opens the storage of one more subsystem and serves it; discovery tells hosts that asked. */
  Future<Void> addSubsystem(SubsystemOptions subsystem);

  /**
   * Stops serving a subsystem: its associations end, discovery tells hosts that asked.
   *
   * @return done when its storage is closed, which waits for commands that it works on
   */
  Future<Void> removeSubsystem(String nqn);

  /** Opens the storage of one more namespace and shows it to the subsystem's hosts. */
  Future<Void> addNamespace(String nqn, NamespaceOptions namespace);

  /**
   * Takes a namespace from its hosts: what its storage works on completes, anything later fails as
   * an invalid namespace.
   *
   * @return done when its storage is closed, which waits for the last command and the last buffer
   */
  Future<Void> removeNamespace(String nqn, int id);

  /**
   * Gives a namespace another size. What is added reads as zeros, what is cut off is lost. A file
   * that somebody else made longer or shorter is served with this size as it is.
   *
   * @param sizeBytes a multiple of the block size
   */
  Future<Void> resizeNamespace(String nqn, int id, long sizeBytes);

  /**
   * Sets which hosts may connect to a subsystem, and find it by discovery.
   *
   * @param endOthers ends the associations of hosts that may not any more; otherwise they last
   *     until the host leaves
   */
  Future<Void> setAllowedHosts(String nqn, AllowedHosts hosts, boolean endOthers);

  /** Adds a host to those that may connect; nothing changes if it may already. */
  Future<Void> allowHost(String nqn, String hostNqn);

  /**
   * Takes a host from those that may connect; fails if any host may.
   *
   * @param endAssociations as for {@link #setAllowedHosts}
   */
  Future<Void> disallowHost(String nqn, String hostNqn, boolean endAssociations);

  /** Sets the other discovery services that hosts are told of, instead of those before. */
  Future<Void> setReferrals(List<ReferralOptions> referrals);

  /**
   * Makes it serve what other options say: subsystems, namespaces, allowed hosts and referrals.
   * What is the same stays untouched, its hosts and its data; of a namespace, another size alone is
   * the same. Hosts that are not allowed any more lose their associations. Everything else in the
   * options, such as listeners, is for the next start.
   *
   * @return what was changed. If storage cannot be had or the options do not fit together, it fails
   *     and nothing has changed
   */
  Future<Reconfigured> reconfigure(TargetOptions next);

  /**
   * Ends in good order: takes no further connections and no further commands, tells hosts that
   * asked discovery for changes, lets what has begun come to its end, and then closes as {@link
   * #close} does.
   *
   * @param patience how long what has begun may take; what takes longer is cut off
   */
  Future<Void> drain(Duration patience);

  /**
   * Stops listening, ends every association, closes connections and storage; what was flushed is
   * safe. Idempotent and bounded: what does not end within seconds is abandoned. Closing its Vert.x
   * closes it too.
   */
  Future<Void> close();

  /** What it has done so far. */
  TargetStatistics statistics();
}
