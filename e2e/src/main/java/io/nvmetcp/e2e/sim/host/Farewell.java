package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.net.Socket;
import io.nvmetcp.initiator.health.Linger;

/**
 * The polite end of a queue's connection: its output is shut, and the peer has a while to close.
 */
final class Farewell {
  private final HostQueue queue;
  private final Socket socket;
  private final Alarm look;
  private final Linger linger = new Linger();

  Farewell(Surroundings around, HostQueue queue, Socket socket) {
    this.queue = queue;
    this.socket = socket;
    look = new Alarm(around.agenda(), () -> queue.loop().run(this::look));
    socket.shutdownOutput();
    look.in(Linger.LOOK_NS);
  }

  private void look() {
    // A device may be asked at any time, also for what a deleted queue still has to report.
    boolean unused = queue.seat().queue().poll();
    if (linger.over(socket.outbox().pendingBytes())) {
      socket.close();
    } else if (socket.open()) {
      look.in(Linger.LOOK_NS);
    }
  }

  /** The connection is closed. */
  void over() {
    look.cancel();
  }
}
