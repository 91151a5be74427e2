package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import io.nvmetcp.testing.wire.WireSink;
import io.nvmetcp.testing.wire.Wiretap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A session, its host's half and the wires between them, all on the test's thread. */
final class SessionHarness {
  static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  static final int BLOCK = 4096;
  static final byte[] NOTHING = {};

  /** What several sessions share. */
  static final class World {
    final StorageBackend backend;
    final Subsystem subsystem;
    final SubsystemDirectory directory;
    final TransferBufferPool buffers = new TransferBufferPool(1 << 24, 1 << 24);

    World(StorageBackend backend) {
      this(new Namespace(1, new UUID(1, 2), BLOCK, backend));
    }

    World(Namespace namespace) {
      this(namespace, ControllerLimits.DEFAULT);
    }

    World(Namespace namespace, ControllerLimits limits) {
      backend = namespace.backend();
      subsystem = Subsystem.nvm(NQN, "SN", "model", limits, List.of(namespace));
      directory = new SubsystemDirectory(List.of(subsystem));
    }

    void close() {
      buffers.close();
      // Bounded: a lease that is not back must fail the test, not hang it.
      backend.close().orTimeout(5, TimeUnit.SECONDS).join();
    }
  }

  final HostSide host = new HostSide();
  final SessionCounters counters = new SessionCounters();
  final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  final List<String> closings = new ArrayList<>();
  final TargetSession session;

  /** What the session sends. */
  final WireSink wire = new WireSink();

  private @Nullable Wiretap tap;
  private final ArrayDeque<byte[]> unread = new ArrayDeque<>();
  boolean lastWords;
  long nowNs;
  boolean turnByTurn;

  /** Bytes are read as a socket's owner does who asks the session where they go. */
  boolean placing;

  boolean outputShrinks;
  long outputRoomBytes = Long.MAX_VALUE;

  SessionHarness(World world, SessionOptions options) {
    session =
        new TargetSession(
            options,
            world.directory,
            world.buffers,
            JdkCrc32c.INSTANCE,
            wire,
            new Shell(),
            counters,
            nowNs);
  }

  private final class Shell implements SessionHost {
    @Override
    public Executor thread() {
      return tasks::add;
    }

    @Override
    public void turnWanted() {
      tasks.add(() -> session.turnEnd(nowNs));
    }

    @Override
    public void roomAgain() {
      tasks.add(SessionHarness.this::offerUnread);
    }

    @Override
    public long outputRoomBytes() {
      return outputShrinks ? outputRoomBytes - counters.get(Counter.BYTES_READ) : outputRoomBytes;
    }

    @Override
    public void refused(ConnectData asked, int status) {}

    @Override
    public void connected() {}

    @Override
    public void closing(String reason, boolean words) {
      closings.add(reason);
      lastWords = words;
    }

    @Override
    public void end(String reason) {
      tasks.add(() -> session.closed(reason));
      closings.add(reason);
    }
  }

  /** Delivers what the host wrote, in one turn, and its answers back. */
  @CanIgnoreReturnValue
  SessionHarness turn() {
    return deliver(host.take());
  }

  @CanIgnoreReturnValue
  SessionHarness deliver(byte[] bytes) {
    if (tap != null) {
      tap.host(bytes);
    }
    if (bytes.length > 0) {
      unread.add(bytes);
      offerUnread();
    }
    while (!turnByTurn && !tasks.isEmpty()) {
      tasks.remove().run();
    }
    return receive();
  }

  /** Runs what was put off at first; with {@link #turnByTurn} that is the next turn. */
  @CanIgnoreReturnValue
  SessionHarness nextTurn() {
    tasks.remove().run();
    return receive();
  }

  private SessionHarness receive() {
    byte[] answer = wire.take();
    if (tap != null) {
      tap.controller(answer);
    }
    host.receive(answer, answer.length);
    return this;
  }

  /** Time passes; whatever is due happens, and its answers are delivered. */
  @CanIgnoreReturnValue
  SessionHarness pass(long ns) {
    nowNs += ns;
    tasks.add(() -> session.turnEnd(nowNs));
    return deliver(NOTHING);
  }

  private void offerUnread() {
    while (!unread.isEmpty()) {
      byte[] bytes = unread.remove();
      int offered = offer(bytes);
      if (offered < bytes.length) {
        unread.addFirst(Arrays.copyOfRange(bytes, offered, bytes.length));
        if (!placing) {
          break;
        }
      }
    }
    session.turnEnd(nowNs);
  }

  private int offer(byte[] bytes) {
    MemorySegment stream = MemorySegment.ofArray(bytes);
    if (!placing) {
      return session.accept(stream, 0, bytes.length);
    }
    int place = session.findPlace();
    if (place == 0) {
      int most = session.mostBytesWithoutPlace();
      return session.accept(stream, 0, most > 0 ? Math.min(most, bytes.length) : bytes.length);
    }
    int length = Math.min(place, bytes.length);
    MemorySegment memory = session.placeMemory();
    long offset = session.placeOffset();
    MemorySegment.copy(stream, 0, memory, offset, length);
    return session.accept(memory, offset, length);
  }

  /** Writes down what passes from here on; to be called before the first byte. */
  Wiretap tap() {
    Wiretap made = new Wiretap();
    tap = made;
    return made;
  }

  int unreadBuffers() {
    return unread.size();
  }

  HostSide.Pdu next() {
    return host.received.remove();
  }

  /** Everything received, as text. */
  @CanIgnoreReturnValue
  List<String> transcript() {
    List<String> text = host.received.stream().map(HostSide.Pdu::toString).toList();
    host.received.clear();
    return text;
  }

  @CanIgnoreReturnValue
  SessionHarness initialize(boolean headerDigest, boolean dataDigest, int hpda) {
    host.icReq(headerDigest, dataDigest, hpda);
    assertThat(turn().next().type()).isEqualTo(PduType.IC_RESP);
    return this;
  }

  /** Connects an admin queue and enables its controller; returns the controller's identifier. */
  int admin(boolean headerDigest, boolean dataDigest) {
    initialize(headerDigest, dataDigest, 0);
    host.connect(1, 0, 31, Fabrics.CNTLID_DYNAMIC, NQN, true);
    HostSide.Pdu answer = turn().next();
    assertThat(answer.status()).isZero();
    host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(turn().next().status()).isZero();
    return (int) answer.result();
  }

  /** An I/O queue of a fresh controller. */
  static SessionHarness io(
      World world, SessionOptions options, boolean headerDigest, boolean dataDigest, boolean flow) {
    int cntlid = new SessionHarness(world, options).admin(headerDigest, dataDigest);
    SessionHarness io = new SessionHarness(world, options);
    io.initialize(headerDigest, dataDigest, 0);
    io.connectIo(1, cntlid, flow, 31);
    return io;
  }

  void connectIo(int qid, int cntlid, boolean flow, int sqsize) {
    host.connect(0, qid, sqsize, cntlid, NQN, flow);
    HostSide.Pdu answer = turn().next();
    assertThat(answer.status()).isZero();
    assertThat(answer.sqhd()).isEqualTo(flow ? 1 : Fabrics.SQHD_FLOW_CONTROL_DISABLED);
  }
}
