package io.nvmetcp.cli.bench;

import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.loadgen.job.JobList;
import io.vertx.core.transport.Transport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a bench was asked for, checked.
 *
 * @param jobs what to do
 * @param host where the target is; empty for one of its own
 * @param port its port
 * @param nqn the subsystem
 * @param namespaces of a target of its own
 * @param policy order of responses of a target of its own; empty for its default
 * @param keepAliveMillis keep-alive timeout, 0 for none
 * @param reconnect what is done if the connection is lost
 * @param transport of the initiator
 * @param transportName of a target of its own
 * @param congestion TCP congestion control of the initiator and of a target of its own; empty for
 *     the system's
 * @param formats what to print
 * @param output where to print, instead of standard output
 * @param report where a page goes
 * @param histogramLog where a log of histograms goes
 * @param folder where verify states and latency logs go
 * @param eta whether progress is shown
 * @param terminal standard output is a terminal
 * @param version what this program calls itself
 */
public record BenchSettings(
    JobList jobs,
    String host,
    int port,
    String nqn,
    List<String> namespaces,
    String policy,
    long keepAliveMillis,
    ReconnectOptions reconnect,
    Transport transport,
    String transportName,
    String congestion,
    Set<Format> formats,
    Optional<Path> output,
    Optional<Path> report,
    Optional<Path> histogramLog,
    Path folder,
    boolean eta,
    boolean terminal,
    String version) {
  /** How results are printed. */
  public enum Format {
    /** As fio's summary. */
    NORMAL,
    /** As fio's JSON. */
    JSON,
    /** As fio's JSON with every latency. */
    JSON_PLUS
  }

  /** True if the target is one of its own. */
  public boolean self() {
    return host.isEmpty();
  }
}
