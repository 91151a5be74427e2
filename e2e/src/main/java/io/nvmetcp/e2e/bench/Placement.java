package io.nvmetcp.e2e.bench;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * On which of two CPUs the event loops of two connections run, whose four ends share them. A
 * scheduler that may choose goes from one to the other in the middle of a comparison, and what a
 * small answer of a stream costs differs by a half between the two.
 */
enum Placement {
  /** Where they are already, or where the scheduler puts them. */
  FREE(""),
  /** A connection's client and its server are on different CPUs. */
  APART(", ends apart"),
  /** Each connection has a CPU to itself, on which its client and its server take turns. */
  TOGETHER(", ends together");

  /**
   * The event loops of a connection.
   *
   * @param client where it was opened
   * @param server where it was accepted
   */
  record Ends(EventLoop client, EventLoop server) {}

  private final String suffix;

  Placement(String suffix) {
    this.suffix = suffix;
  }

  /** What is added to the name of a row. */
  String suffix() {
    return suffix;
  }

  /**
   * Moves the event loops of these connections to their CPUs.
   *
   * @throws IllegalStateException if two connections share an event loop, or the system refuses
   */
  void place(List<Ends> connections) throws Exception {
    if (this == FREE) {
      return;
    }
    if (connections.stream().map(Ends::client).distinct().count() < connections.size()
        || connections.stream().map(Ends::server).distinct().count() < connections.size()) {
      throw new IllegalStateException("connections share an event loop: " + connections);
    }
    for (int i = 0; i < connections.size(); i++) {
      boolean first = i % 2 == 0;
      pin(connections.get(i).client(), first);
      pin(connections.get(i).server(), (this == TOGETHER) == first);
    }
  }

  private static void pin(EventLoop loop, boolean first) throws Exception {
    if (!loop.submit(() -> CpuPin.pin(first)).get(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("an event loop cannot be kept on one CPU");
    }
  }
}
