package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Loop;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, and the loop it lives on. Its owner is told what happens by {@link
 * Handler}; what it is told never comes within a call of its own, but for writability.
 */
public final class Socket {

  /** Whose socket it is. */
  public interface Handler {
    /** Bytes can be read. While some are left and reading is on it is called again. */
    void readable();

    /** The outbox is writable again, or no longer. */
    void writabilityChanged();

    /** The connection broke; {@link #closed} follows. */
    void failed(String why);

    /** It is closed, whoever did it; told once. */
    void closed();
  }

  private final Agenda agenda;
  private final Loop loop;
  private final Pipe in;
  private final Pipe out;
  private final Outbox outbox;
  private final long latencyNs;
  private final Alarm acknowledged;
  private final Runnable readTask = this::readNow;
  private final Runnable readableTask = this::readable;
  private @Nullable Socket peer;
  private @Nullable Handler handler;
  private boolean reading = true;
  private boolean readQueued;
  private boolean closed;
  private boolean vanished;
  private boolean rebooted;
  private boolean resetSent;

  Socket(
      Agenda agenda,
      Loop loop,
      Pipe in,
      Pipe out,
      long latencyNs,
      int copyLimitBytes,
      long highBytes,
      LeaseFault fault) {
    this.agenda = agenda;
    this.loop = loop;
    this.in = in;
    this.out = out;
    this.latencyNs = latencyNs;
    outbox = new Outbox(out, copyLimitBytes, highBytes, highBytes / 2, this::writability, fault);
    acknowledged = new Alarm(agenda, () -> loop.run(outbox::pump));
  }

  void connect(Socket other) {
    peer = other;
  }

  /** Whose it is from now on. */
  public void handler(Handler value) {
    handler = value;
    queueRead();
  }

  /** The loop it lives on. */
  public Loop loop() {
    return loop;
  }

  /** Where bytes to send go. */
  public Outbox outbox() {
    return outbox;
  }

  /** True until it is closed. */
  public boolean open() {
    return !closed;
  }

  // ---- reading

  /** Bytes that can be read now. */
  public int available() {
    return in.available();
  }

  /** The memory in which the next bytes lie; borrowed until the next read. */
  public MemorySegment memory() {
    return in.memory();
  }

  /** Where the next byte lies in it. */
  public int at() {
    return in.at();
  }

  /** Bytes that can be read now and lie together. */
  public int together() {
    return in.together();
  }

  /** So many bytes, which lie together, were read. */
  public void consume(int length) {
    in.consume(length);
    Socket other = peer;
    if (other != null && other.outbox.blocked() && !other.acknowledged.isSet()) {
      other.acknowledged.in(latencyNs);
    }
  }

  /** Reads bytes that lie together to another place. */
  public void read(MemorySegment to, long offset, int length) {
    MemorySegment.copy(
        in.memory(), ValueLayout.JAVA_BYTE, in.at(), to, ValueLayout.JAVA_BYTE, offset, length);
    consume(length);
  }

  /** Whether bytes are to be read; the end is not noticed while they are not. */
  public void reading(boolean wanted) {
    if (reading != wanted) {
      reading = wanted;
      queueRead();
    }
  }

  /** True if bytes are to be read. */
  public boolean reading() {
    return reading;
  }

  private void queueRead() {
    if (reading && !readQueued && !closed && (in.available() > 0 || in.ended())) {
      readQueued = true;
      loop.execute(readTask);
    }
  }

  private void readNow() {
    readQueued = false;
    readable();
  }

  // Bytes, or the end, arrived.
  void arrived() {
    if (vanished && !rebooted) {
      return;
    }
    if (closed) {
      if (in.available() > 0) {
        resetPeer();
      }
      return;
    }
    if (!readQueued) {
      loop.run(readableTask);
    }
  }

  private void readable() {
    Handler owner = handler;
    if (closed || !reading || owner == null) {
      return;
    }
    if (in.available() > 0) {
      owner.readable();
    }
    if (!closed && reading && in.ended()) {
      // Half closure is off.
      close();
    } else {
      queueRead();
    }
  }

  private void writability() {
    Handler owner = handler;
    if (owner != null && !closed) {
      owner.writabilityChanged();
    }
  }

  // ---- the end

  /** Sends what the outbox has, and nothing after it; reading goes on. */
  public void shutdownOutput() {
    if (!closed) {
      outbox.whenSent(out::finish);
    }
  }

  /**
   * Closes it: what the outbox has is dropped. If bytes came that nobody read, the peer hears so.
   */
  public void close() {
    if (closed) {
      return;
    }
    if (in.available() > 0) {
      resetPeer();
    } else {
      out.finish();
    }
    end();
  }

  private void end() {
    closed = true;
    acknowledged.cancel();
    outbox.close();
    Handler owner = handler;
    if (owner != null) {
      loop.execute(owner::closed);
    }
  }

  private void resetPeer() {
    Socket other = peer;
    if (other != null && !resetSent) {
      resetSent = true;
      out.kill();
      in.kill();
      agenda.after(latencyNs, other::reset);
    }
  }

  /** The network says that the connection is no more. */
  void reset() {
    if (closed) {
      return;
    }
    in.kill();
    out.kill();
    Handler owner = handler;
    if (owner != null) {
      owner.failed("connection reset by peer");
    }
    if (!closed) {
      end();
    }
  }

  /** Its machine is gone without a word: the peer hears nothing, and gets no answer. */
  void vanish() {
    if (!closed) {
      vanished = true;
      end();
    }
  }

  /** The machine is back and knows nothing of the connection: so it says, if it is asked. */
  void reboot() {
    if (vanished && !rebooted) {
      rebooted = true;
      if (in.holds()) {
        resetPeer();
      }
    }
  }

  /** True if neither end knows of the other any more, or has anything for it. */
  boolean settled() {
    return closed && (vanished || !in.holds());
  }
}
