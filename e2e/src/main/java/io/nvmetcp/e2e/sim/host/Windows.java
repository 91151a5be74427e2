package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.net.Socket;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Reads a socket into the windows of a device's queue, as the product's handler of a channel does.
 * Some transports have a window only for the time of a read, others post it and wait with it.
 */
final class Windows {
  private static final int MAX_READS_PER_TURN = 32;

  private static final long LATE_NS = 400_000;

  private final Agenda agenda;
  private final Plants plants;
  private final Socket socket;
  private final boolean posts;
  private DdpQueue queue;
  private @Nullable DdpQueue lender;
  private @Nullable MemorySegment target;
  private long offset;
  private int length;

  Windows(Socket socket, DdpQueue queue, boolean posts, Agenda agenda, Plants plants) {
    this.agenda = agenda;
    this.plants = plants;
    this.socket = socket;
    this.queue = queue;
    this.posts = posts;
  }

  /** Replaces the queue, from the next window on. */
  void queue(DdpQueue next) {
    queue = next;
  }

  /** The end of a read's turn is the caller's. */
  void read() {
    int reads = 0;
    while (socket.open() && socket.available() > 0 && reads++ < MAX_READS_PER_TURN) {
      if (lender == null) {
        lend();
      }
      MemorySegment to = target;
      if (lender == null || to == null) {
        // Nobody wants it any more.
        socket.consume(socket.together());
        continue;
      }
      int step = Math.min(length, socket.together());
      boolean beside =
          offset + step < to.byteSize() && length > step && plants.strike(Plant.PLACED_BESIDE);
      socket.read(to, beside ? offset + 1 : offset, step);
      if (plants.strike(Plant.PLACED_LATE)) {
        long at = offset;
        agenda.after(LATE_NS, () -> spoil(to, at));
      }
      arrived(step);
    }
    if (socket.open() && !posts && lender == null && reads < MAX_READS_PER_TURN) {
      // The read that finds nothing.
      lend();
      giveBack();
    } else if (socket.open() && posts && lender == null) {
      lend();
    }
  }

  private static void spoil(MemorySegment memory, long at) {
    if (memory.scope().isAlive()) {
      memory.set(ValueLayout.JAVA_BYTE, at, (byte) ~memory.get(ValueLayout.JAVA_BYTE, at));
    }
  }

  private void lend() {
    if (queue.deleted()) {
      return;
    }
    ReadWindow window = queue.nextWindow();
    lender = queue;
    target = window.region().segment();
    offset = window.offset();
    length = window.length();
  }

  @SuppressWarnings("ReferenceEquality") // the very queue that lent it
  private void arrived(int bytes) {
    DdpQueue owner = lender;
    MemorySegment memory = target;
    lender = null;
    target = null;
    if (owner == null || memory == null) {
      throw new IllegalStateException("no window is out");
    }
    if (owner == queue) {
      owner.received(bytes);
      return;
    }
    try {
      queue.stream(memory, offset, bytes);
    } finally {
      owner.windowReturned();
    }
  }

  private void giveBack() {
    DdpQueue owner = lender;
    lender = null;
    target = null;
    if (owner != null) {
      owner.windowReturned();
    }
  }

  /** The socket is closed: a window that waits comes back. */
  void close() {
    giveBack();
  }
}
