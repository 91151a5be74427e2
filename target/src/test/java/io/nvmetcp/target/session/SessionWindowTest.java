package io.nvmetcp.target.session;

import static io.nvmetcp.target.session.SessionHarness.BLOCK;
import static io.nvmetcp.target.session.SessionHarness.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.schedule.Schedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R2Ts wait while enough data is asked for. */
class SessionWindowTest {
  private static final String ABORTED = " %x".formatted(Status.ABORT_REQUESTED);

  private SessionHarness.World world;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 24));
  }

  @AfterEach
  void everyBufferIsBack() {
    assertThat(world.buffers.lentBytes()).isZero();
    world.close();
  }

  private static SessionOptions window(int blocks, int r2tBlocks) {
    int most = r2tBlocks == 0 ? TransferSizes.UNCUT : r2tBlocks * BLOCK;
    return SessionOptions.DEFAULT.withSizes(
        new TransferSizes(1 << 20, TransferSizes.UNCUT, most, 16, blocks * BLOCK));
  }

  private SessionHarness io(SessionOptions options) {
    int cntlid = new SessionHarness(world, options).admin(true, true);
    SessionHarness io = new SessionHarness(world, options);
    io.host.icReq(true, true, 0, 15);
    assertThat(io.turn().next().type()).isEqualTo(PduType.IC_RESP);
    io.connectIo(1, cntlid, true, 31);
    return io;
  }

  /** The R2Ts that came, and nothing else did. */
  private static List<HostSide.Pdu> r2ts(SessionHarness io) {
    List<HostSide.Pdu> all = new ArrayList<>(io.host.received);
    io.host.received.clear();
    assertThat(all).allMatch(pdu -> pdu.type() == PduType.R2T);
    return all;
  }

  private static void write(SessionHarness io, int cid, int blocks) {
    io.host.writeByR2t(cid, 0, blocks * BLOCK, BLOCK);
  }

  private static void send(SessionHarness io, HostSide.Pdu r2t) {
    io.host.h2cData(r2t.cid(), r2t.ttag(), r2t.r2to(), new byte[(int) r2t.r2tl()], true);
  }

  private static List<Integer> cids(List<HostSide.Pdu> pdus) {
    return pdus.stream().map(HostSide.Pdu::cid).toList();
  }

  @Test
  void r2tsWaitWhileTheWindowIsFullAndLeaveTogetherOnceAQuarterOfItHasCome() {
    SessionHarness io = io(window(8, 0));
    for (int cid = 1; cid <= 12; cid++) {
      write(io, cid, 1);
    }
    List<HostSide.Pdu> open = r2ts(io.turn());
    assertThat(cids(open)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    send(io, open.get(0));
    assertThat(io.turn().transcript()).containsExactly("resp 1 0");
    send(io, open.get(1));
    assertThat(io.turn().transcript())
        .containsExactly("resp 2 0", "r2t 9 4096 bytes at 0", "r2t 10 4096 bytes at 0");
    // A command that comes now stands behind those that wait.
    write(io, 13, 1);
    open.subList(2, 8).forEach(r2t -> send(io, r2t));
    assertThat(io.turn().transcript().subList(6, 9))
        .containsExactly(
            "r2t 11 4096 bytes at 0", "r2t 12 4096 bytes at 0", "r2t 13 4096 bytes at 0");
    assertThat(io.counters.get(Counter.R2TS)).isEqualTo(13);
    io.session.closed("test");
  }

  @Test
  void aCommandThatIsLargerThanTheWindowIsAskedForNoMatterWhatAndAloneIfItHasTo() {
    SessionHarness io = io(window(1, 0));
    for (int cid = 1; cid <= 3; cid++) {
      write(io, cid, 8);
    }
    io.turn();
    for (int cid = 1; cid <= 3; cid++) {
      List<HostSide.Pdu> open = r2ts(io);
      assertThat(cids(open)).containsExactly(cid);
      send(io, open.getFirst());
      assertThat(io.turn().next()).hasToString("resp " + cid + " 0");
    }
  }

  @Test
  void dataOfAPduThatIsNotCompleteHasCome() {
    SessionHarness io = io(window(16, 0));
    write(io, 1, 16);
    write(io, 2, 1);
    send(io, r2ts(io.turn()).getFirst());
    byte[] pdu = io.host.take();
    io.deliver(Arrays.copyOf(pdu, pdu.length / 5));
    assertThat(io.transcript()).isEmpty();
    io.deliver(Arrays.copyOfRange(pdu, pdu.length / 5, pdu.length / 3));
    assertThat(io.transcript()).containsExactly("r2t 2 4096 bytes at 0");
    io.deliver(Arrays.copyOfRange(pdu, pdu.length / 3, pdu.length));
    assertThat(io.transcript()).containsExactly("resp 1 0");
    io.session.closed("test");
  }

  @Test
  void r2tsOfACommandCountAgainstItsLimitWhileTheyWait() {
    SessionHarness io = io(window(4, 1));
    write(io, 1, 20);
    write(io, 2, 1);
    List<HostSide.Pdu> open = r2ts(io.turn());
    assertThat(open).hasSize(4);
    List<String> order = new ArrayList<>();
    while (!open.isEmpty()) {
      HostSide.Pdu r2t = open.removeFirst();
      order.add(r2t.cid() + "+" + r2t.r2to() / BLOCK);
      send(io, r2t);
      io.turn();
      for (HostSide.Pdu pdu : io.host.received) {
        if (pdu.type() == PduType.R2T) {
          open.add(pdu);
        }
      }
      io.host.received.clear();
    }
    // 16 are allowed: the seventeenth's turn comes when the first is here, behind command 2.
    assertThat(order.indexOf("2+0")).isEqualTo(16);
    assertThat(order).hasSize(21);
    order.remove("2+0");
    assertThat(order.getFirst()).isEqualTo("1+0");
    assertThat(order.getLast()).isEqualTo("1+19");
  }

  @Test
  void theTagOfAnR2tThatWaitsIsNotOutstanding() {
    SessionHarness io = io(window(1, 0));
    write(io, 1, 1);
    write(io, 2, 1);
    HostSide.Pdu first = r2ts(io.turn()).getFirst();
    // Tags of a fresh queue follow each other.
    io.host.h2cData(2, first.ttag() + 1, 0, new byte[BLOCK], true);
    assertThat(io.turn().transcript()).containsExactly("term fes 1 fei 10");
  }

  @Test
  void aCommandWhoseR2tWaitsIsAbortedAtOnce() {
    SessionHarness io = io(window(1, 0));
    for (int cid = 1; cid <= 3; cid++) {
      write(io, cid, 1);
    }
    HostSide.Pdu first = r2ts(io.turn()).getFirst();
    assertThat(io.session.abort(2)).isTrue();
    assertThat(io.turn().transcript()).containsExactly("resp 2" + ABORTED);
    send(io, first);
    assertThat(io.turn().transcript()).containsExactly("resp 1 0", "r2t 3 4096 bytes at 0");
    io.session.closed("test");
  }

  @Test
  void aCommandThatFailsAsksForNoMoreOfWhatWaits() {
    SessionHarness io = io(window(2, 1));
    write(io, 1, 6);
    write(io, 2, 1);
    List<HostSide.Pdu> open = r2ts(io.turn());
    assertThat(cids(open)).containsExactly(1, 1);
    send(io, open.get(0));
    byte[] bad = io.host.take();
    bad[100] ^= 1;
    io.deliver(bad);
    // What was asked for comes all the same.
    assertThat(cids(r2ts(io))).containsExactly(2);
    send(io, open.get(1));
    assertThat(io.turn().transcript())
        .containsExactly("resp 1 %x".formatted(Status.TRANSIENT_TRANSPORT_ERROR));
    io.session.closed("test");
  }

  @Test
  void anAbortedCommandThatAwaitsDataAsksForNoMoreOfWhatWaits() {
    SessionHarness io = io(window(1, 1));
    write(io, 1, 3);
    HostSide.Pdu first = r2ts(io.turn()).getFirst();
    assertThat(io.session.abort(1)).isTrue();
    assertThat(io.turn().transcript()).isEmpty();
    send(io, first);
    assertThat(io.turn().transcript()).containsExactly("resp 1" + ABORTED);
    assertThat(io.counters.get(Counter.R2TS)).isOne();
  }

  private static void half(SessionHarness io, int opcode, int fuse, int cid) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, 1, 0, 1);
    sqe[Sqe.FLAGS] |= (byte) fuse;
    Sgl.transport(sqe, 0, BLOCK);
    io.host.capsule(sqe, NOTHING);
  }

  @Test
  void halvesOfAFusedPairHaveTheirTurnsOneAfterTheOther() {
    SessionHarness io = io(window(1, 0));
    write(io, 1, 1);
    half(io, IoOpcode.COMPARE, 1, 3);
    half(io, IoOpcode.WRITE, 2, 4);
    send(io, r2ts(io.turn()).getFirst());
    assertThat(io.turn().next()).hasToString("resp 1 0");
    send(io, r2ts(io).getFirst());
    send(io, r2ts(io.turn()).getFirst());
    assertThat(io.turn().transcript()).containsExactly("resp 3 0", "resp 4 0");
  }

  @Test
  void theOrderOfTheScheduleIsThatOfTheWindow() {
    SessionHarness io = io(window(1, 1).withSchedule(Schedule.parse("r2t:interleave:2")));
    write(io, 1, 3);
    write(io, 2, 2);
    io.turn();
    List<String> order = new ArrayList<>();
    while (!io.host.received.isEmpty()) {
      HostSide.Pdu r2t = io.host.received.removeFirst();
      if (r2t.type() == PduType.R2T) {
        order.add(r2t.cid() + "+" + r2t.r2to() / BLOCK);
        send(io, r2t);
        io.turn();
      }
    }
    assertThat(order).containsExactly("1+0", "2+0", "1+1", "2+1", "1+2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyWriteEndsAndNoMoreIsOwedThanTheWindowAndOneR2t(long seed) {
    Random random = new Random(seed);
    int windowBlocks = 1 + random.nextInt(12);
    int r2tBlocks = random.nextInt(5);
    SessionHarness io = io(window(windowBlocks, r2tBlocks));
    TreeMap<Integer, Integer> left = new TreeMap<>();
    List<HostSide.Pdu> open = new ArrayList<>();
    int started = 0;
    int ended = 0;
    while (ended < 200) {
      while (started < 200 && left.size() < 30 && random.nextInt(3) > 0) {
        int blocks = 1 + random.nextInt(8);
        left.put(started, blocks);
        write(io, started++, blocks);
      }
      if (!open.isEmpty() && random.nextInt(3) > 0) {
        send(io, open.remove(random.nextInt(open.size())));
      }
      io.turn();
      for (HostSide.Pdu pdu : io.host.received) {
        if (pdu.type() == PduType.R2T) {
          open.add(pdu);
        } else {
          assertThat(pdu.status()).isZero();
          assertThat(left.remove(pdu.cid())).as("%s", pdu).isNotNull();
          ended++;
        }
      }
      io.host.received.clear();
      long owed = open.stream().mapToLong(HostSide.Pdu::r2tl).sum();
      int r2tMost = r2tBlocks == 0 ? 8 : r2tBlocks;
      assertThat(owed).as("seed %d", seed).isLessThan((long) (windowBlocks + r2tMost) * BLOCK);
      assertThat(open.isEmpty()).as("seed %d", seed).isEqualTo(left.isEmpty());
    }
  }
}
