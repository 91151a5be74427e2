package io.nvmetcp.pdu.channel;

import io.netty.channel.Channel;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Event loops of this process that send a lot, and whether their peers, if those are on this
 * machine too, have CPUs to run on at the same time. Sending part of a turn early lets a peer
 * start; one that has to share the sender's CPU only interrupts it.
 */
final class SendingLoops {
  /** Sees to it that a loop which stopped sending soon counts no more. */
  static final long RECENT_NS = TimeUnit.MILLISECONDS.toNanos(10);

  // Counting asks every loop; a few thousand times a second is often enough.
  private static final long JUDGED_FOR_NS = TimeUnit.MICROSECONDS.toNanos(250);
  private static final SendingLoops OF_THIS_PROCESS =
      new SendingLoops(NettyRuntime.availableProcessors(), System::nanoTime);

  /** Asked by a connection, on its event loop, each time that it could send early. */
  @FunctionalInterface
  interface Crowd {
    /** For a peer that has CPUs of its own. */
    Crowd NONE = () -> false;

    /** True if the peer has no CPU to itself. */
    boolean crowded();
  }

  private final int cpus;
  private final LongSupplier clock;
  private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
  private final FastThreadLocal<Loop> mine =
      new FastThreadLocal<>() {
        @Override
        protected Loop initialValue() {
          Loop loop = new Loop();
          loops.add(loop);
          return loop;
        }

        @Override
        protected void onRemoval(Loop loop) {
          loops.remove(loop);
        }
      };

  /** One event loop. */
  private static final class Loop {
    // Written by its own thread, read by others.
    private volatile long sentNs;
    private long judgedNs;
    private boolean crowded;
    private boolean judged;
  }

  /**
   * @param cpus that this process may use
   * @param clock nanoseconds, from any origin
   */
  SendingLoops(int cpus, LongSupplier clock) {
    this.cpus = cpus;
    this.clock = clock;
  }

  /** What a connection asks: nothing if its peer is on another machine. */
  static Crowd crowdAround(Channel channel) {
    return isHere(channel) ? OF_THIS_PROCESS::crowded : Crowd.NONE;
  }

  private static boolean isHere(Channel channel) {
    return channel.localAddress() instanceof InetSocketAddress local
        && channel.remoteAddress() instanceof InetSocketAddress remote
        && local.getAddress() != null
        && local.getAddress().equals(remote.getAddress());
  }

  /**
   * The calling thread, an event loop, is about to send much to a peer on this machine.
   *
   * @return true if this loop, others that did so lately, and a peer for each of them are more than
   *     there are CPUs
   */
  boolean crowded() {
    Loop loop = mine.get();
    long now = clock.getAsLong();
    loop.sentNs = now;
    if (!loop.judged || now - loop.judgedNs > JUDGED_FOR_NS) {
      loop.judged = true;
      loop.judgedNs = now;
      loop.crowded = 2 * sendingAt(now) > cpus;
    }
    return loop.crowded;
  }

  private int sendingAt(long now) {
    int sending = 0;
    for (Loop loop : loops) {
      if (now - loop.sentNs <= RECENT_NS) {
        sending++;
      }
    }
    return sending;
  }

  /** Loops that sent and have not ended. */
  int known() {
    return loops.size();
  }
}
