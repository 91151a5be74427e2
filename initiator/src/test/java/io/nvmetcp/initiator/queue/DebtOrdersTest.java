package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.TermRequest;
import io.nvmetcp.testing.wire.WireSink;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every order in which the debts of a read, a write and a flush can be paid, with the connection
 * lost at every point of it or not at all: each command ends exactly once, exactly when its last
 * debt is paid, and its slot and its hold on the region are free from then on and not before.
 */
class DebtOrdersTest {
  private enum Event {
    READ_RESPONSE,
    READ_TEARDOWN,
    WRITE_RESPONSE,
    WRITE_SENT,
    FLUSH_RESPONSE,
    CONNECTION_LOST
  }

  private static final int BYTES = 512;

  private long orders;

  @Test
  void everyOrderOfDebtsEndsEachCommandOnce() {
    explore(new ArrayList<>(), EnumSet.allOf(Event.class));
    // All permutations of all subsets that are worth looking at: the whole ones, and their
    // prefixes.
    assertThat(orders).isEqualTo(720);
  }

  private void explore(List<Event> order, EnumSet<Event> left) {
    if (left.isEmpty()) {
      orders++;
      new World().play(order);
    }
    for (Event event : left) {
      EnumSet<Event> rest = EnumSet.copyOf(left);
      rest.remove(event);
      order.add(event);
      explore(order, rest);
      order.removeLast();
    }
  }

  @Test
  void withoutALossEverySlotServesAgain() {
    for (int round = 0; round < 3; round++) {
      World world = new World();
      List<Event> order = new ArrayList<>(EnumSet.complementOf(EnumSet.of(Event.CONNECTION_LOST)));
      for (int i = 0; i < round; i++) {
        order.add(order.removeFirst());
      }
      world.play(order);
      for (int i = 0; i < World.ENTRIES; i++) {
        assertThat(world.submit(IoOpcode.FLUSH, Direction.NONE).cid).isNotNegative();
      }
      assertThat(world.submit(IoOpcode.FLUSH, Direction.NONE).cid).isEqualTo(QueuePair.QUEUE_FULL);
      world.end();
    }
  }

  /** One queue pair with a read, a write and a flush outstanding. */
  private static final class World implements QueueEvents, UpperLayer {
    static final int ENTRIES = 4;

    private final RegionRegistry registry = new RegionRegistry();
    // One each: a queue holds a region once, however many of its commands are in it.
    private final Region readRegion = registry.register(4096);
    private final Region writeRegion = registry.register(4096);
    private final WireSink wire = new WireSink();
    private final ScriptedController controller = new ScriptedController();
    private final QueuePair pair;
    private final ManualQueue device = new ManualQueue(this);
    private final Outcome read;
    private final Outcome write;
    private final Outcome flush;
    private int slotsFreed;

    World() {
      pair =
          new QueuePair(
              new QueueConfiguration(
                  1,
                  ENTRIES,
                  new IcRequest(0, 0, true, true, 0),
                  1 << 20,
                  JdkCrc32c.INSTANCE,
                  Voucher.PLACEMENT),
              wire,
              this);
      pair.attach(device);
      pair.initialize();
      controller.accept(wire.take());
      deliver();
      pair.granted(BYTES, true);
      read = submit(IoOpcode.READ, Direction.READ);
      wire.keepLeases(true);
      write = submit(IoOpcode.WRITE, Direction.WRITE);
      flush = submit(IoOpcode.FLUSH, Direction.NONE);
      controller.accept(wire.take());
    }

    Outcome submit(int opcode, Direction direction) {
      Outcome outcome = new Outcome();
      byte[] sqe = new byte[Sqe.BYTES];
      Sqe.init(sqe, 0, opcode, 0, 1);
      boolean data = direction != Direction.NONE;
      Region region = direction == Direction.READ ? readRegion : writeRegion;
      outcome.cid = pair.submit(sqe, direction, data ? region : null, 0, data ? BYTES : 0, outcome);
      return outcome;
    }

    private void deliver() {
      byte[] bytes = controller.take();
      device.stream(MemorySegment.ofArray(bytes), 0, bytes.length);
    }

    void play(List<Event> order) {
      List<Event> past = new ArrayList<>();
      for (Event event : order) {
        happen(event);
        past.add(event);
        boolean lost = past.contains(Event.CONNECTION_LOST);
        check(read, past, Event.READ_RESPONSE, Event.READ_TEARDOWN, lost);
        check(write, past, Event.WRITE_RESPONSE, Event.WRITE_SENT, lost);
        check(flush, past, Event.FLUSH_RESPONSE, null, lost);
        int ended = read.calls.size() + write.calls.size() + flush.calls.size();
        assertThat(pair.outstanding()).as("%s", past).isEqualTo(3 - ended);
        assertThat(slotsFreed).as("%s", past).isEqualTo(ended);
        assertThat(readRegion.holders()).as("%s", past).isEqualTo(1 - read.calls.size());
        assertThat(writeRegion.holders()).as("%s", past).isEqualTo(1 - write.calls.size());
      }
      if (order.contains(Event.CONNECTION_LOST)) {
        end();
      }
    }

    private void happen(Event event) {
      switch (event) {
        case READ_RESPONSE -> {
          controller.data(read.cid, 0, new byte[BYTES], PduFlags.LAST | PduFlags.SUCCESS);
          deliver();
        }
        case READ_TEARDOWN -> device.report(read.cid);
        case WRITE_RESPONSE -> {
          controller.respond(write.cid, Status.SUCCESS);
          deliver();
        }
        case WRITE_SENT -> wire.releaseOne();
        case FLUSH_RESPONSE -> {
          controller.respond(flush.cid, Status.SUCCESS);
          deliver();
        }
        case CONNECTION_LOST -> pair.connectionLost("cut");
      }
    }

    private static void check(
        Outcome outcome, List<Event> past, Event response, @Nullable Event other, boolean lost) {
      int responseAt = past.indexOf(response);
      int lostAt = past.indexOf(Event.CONNECTION_LOST);
      boolean answered = responseAt >= 0 && (lostAt < 0 || responseAt < lostAt);
      boolean letGo = other == null || past.contains(other);
      if ((answered || lost) && letGo) {
        assertThat(outcome).as("%s", past).hasToString(answered ? "success" : "lost: cut");
      } else {
        assertThat(outcome.calls).as("%s", past).isEmpty();
      }
    }

    void end() {
      pair.connectionLost("the end");
      wire.releaseAll();
      assertThat(pair.outstanding()).isZero();
      readRegion.close();
      writeRegion.close();
      assertThat(registry.liveRegions()).isZero();
    }

    @Override
    public void run(MemorySegment bytes, long offset, int length, boolean placed, boolean crcOk) {
      pair.run(bytes, offset, length, placed, crcOk);
    }

    @Override
    public void teardownDone(int tag) {
      pair.teardownDone(tag);
    }

    @Override
    public void initialized(Negotiated negotiated) {}

    @Override
    public void fault(ConnectionFault fault) {
      throw new AssertionError(fault.describe());
    }

    @Override
    public void terminated(TermRequest request) {
      throw new AssertionError(request.describe());
    }

    @Override
    public void emitted() {}

    @Override
    public void slotFree() {
      slotsFreed++;
    }
  }
}
