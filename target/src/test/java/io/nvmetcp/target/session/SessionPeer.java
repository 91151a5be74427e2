package io.nvmetcp.target.session;

import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.hostile.HostilePeer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session without a socket, for hosts that may send anything. */
public final class SessionPeer implements HostilePeer {
  /** Several sessions of one target, and what must be left of them: nothing. */
  public static final class World implements AutoCloseable {
    private final SessionHarness.World world = new SessionHarness.World(new MemoryBackend(1 << 24));
    private final SessionOptions options;
    private final List<SessionHarness> all = new ArrayList<>();

    public World(int maxH2cDataBytes) {
      options =
          SessionOptions.DEFAULT.withSizes(
              new TransferSizes(maxH2cDataBytes, TransferSizes.UNCUT, TransferSizes.UNCUT, 1));
    }

    public String nqn() {
      return SessionHarness.NQN;
    }

    public HostilePeer connect() {
      SessionHarness harness = new SessionHarness(world, options);
      all.add(harness);
      return new SessionPeer(harness);
    }

    /** Bytes of transfer memory that are still held. */
    public long heldBytes() {
      return world.buffers.lentBytes();
    }

    public int controllers() {
      return world.subsystem.controllerCount();
    }

    public long leases() {
      return all.stream()
          .mapToLong(
              one ->
                  one.counters.get(Counter.LEASES_TAKEN)
                      - one.counters.get(Counter.LEASES_RETURNED))
          .sum();
    }

    @Override
    public void close() {
      world.close();
    }
  }

  private final SessionHarness harness;

  private SessionPeer(SessionHarness harness) {
    this.harness = harness;
  }

  @Override
  public HostSide host() {
    return harness.host;
  }

  @Override
  public void send(byte[] bytes) {
    if (harness.closings.isEmpty()) {
      harness.deliver(bytes);
    }
  }

  @Override
  public void halfClose() {
    close();
    harness.closings.add("half-closed");
  }

  @Override
  public HostSide.@Nullable Pdu next() {
    HostSide.Pdu pdu = harness.host.received.poll();
    if (pdu == null && harness.closings.isEmpty()) {
      throw new AssertionError("neither an answer nor the end");
    }
    return pdu;
  }

  @Override
  public boolean reset() {
    return false;
  }

  @Override
  public void close() {
    harness.session.closed("test");
  }
}
