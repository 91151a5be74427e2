package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.ConnectData;
import io.nvmetcp.pdu.frame.PayloadLease;
import io.nvmetcp.pdu.frame.TransmitSink;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Executor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data path of a session in steady state, without a socket: no garbage per command. */
class SessionAllocationTest {
  private static final int DEPTH = 32;
  private static final int WARM_UP_TURNS = 4000;
  private static final int TURNS = 1000;
  // The JIT may leave a view or two per run of bytes, but nothing per command.
  private static final long MOST_BYTES_PER_COMMAND = 16;

  private static final class DroppingSink implements TransmitSink {
    long bytes;

    @Override
    public void bytes(byte[] source, int offset, int length) {
      bytes += length;
    }

    @Override
    public void payload(MemorySegment source, long offset, int length, PayloadLease lease) {
      bytes += length;
      lease.release();
    }
  }

  private static final class QuietHost implements SessionHost {
    @Override
    public Executor thread() {
      return Runnable::run;
    }

    @Override
    public void turnWanted() {}

    @Override
    public void roomAgain() {}

    @Override
    public long outputRoomBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public void refused(ConnectData asked, int status) {}

    @Override
    public void connected() {}

    @Override
    public void closing(String reason, boolean lastWords) {
      throw new AssertionError(reason);
    }

    @Override
    public void end(String reason) {}
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "in-order",
        "shuffle:8:1",
        "small-first",
        "interleave:4:1024",
        "ns1=reverse:4;r2t:reverse:2"
      })
  void allocatesNothingPerCommand(String policy) {
    SessionHarness.World world = new SessionHarness.World(new MemoryBackend(1 << 24));
    SessionOptions options = SessionOptions.DEFAULT.withSchedule(Schedule.parse(policy));
    int cntlid = new SessionHarness(world, options).admin(false, false);
    HostSide host = new HostSide();
    DroppingSink sink = new DroppingSink();
    TargetSession session =
        new TargetSession(
            options,
            world.directory,
            world.buffers,
            JdkCrc32c.INSTANCE,
            sink,
            new QuietHost(),
            new SessionCounters(),
            0);
    try (Arena arena = Arena.ofConfined()) {
      host.icReq(false, false, 0);
      host.connect(0, 1, 127, cntlid, SessionHarness.NQN, false);
      feed(session, arena.allocateFrom(ValueLayout.JAVA_BYTE, host.take()));
      for (int i = 0; i < DEPTH; i++) {
        if (i % 4 == 0) {
          host.writeInCapsule(i, i, new byte[SessionHarness.BLOCK], SessionHarness.BLOCK);
        } else {
          host.read(i, i, 1, SessionHarness.BLOCK);
        }
      }
      MemorySegment turn = arena.allocateFrom(ValueLayout.JAVA_BYTE, host.take());
      for (int i = 0; i < WARM_UP_TURNS; i++) {
        feed(session, turn);
      }
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      long sent = sink.bytes;
      for (int i = 0; i < TURNS; i++) {
        feed(session, turn);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(sink.bytes - sent)
          .isGreaterThan((long) TURNS * DEPTH * 3 / 4 * SessionHarness.BLOCK);
      assertThat(allocated / ((long) TURNS * DEPTH)).isLessThanOrEqualTo(MOST_BYTES_PER_COMMAND);
    }
    session.closed("test");
    world.close();
  }

  private static void feed(TargetSession session, MemorySegment bytes) {
    int length = (int) bytes.byteSize();
    if (session.accept(bytes, 0, length) != length) {
      throw new AssertionError("the session stalled");
    }
    session.turnEnd(0);
  }
}
