package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.ddp.DdpDevice;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.initiator.queue.QueueHarness.Outcome;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The life of a read's slot on real device queues, in every order that can be: the command is sent,
 * its data comes in two PDUs, the response or an abort's error ends it, the device is polled, a
 * read of the socket is posted and stays out, time runs out, the queue is closed. Whatever the
 * order: it completes once, its slot is freed once, and after {@code teardownDone} nothing is
 * written.
 */
class SlotLifeTest {
  private enum Event {
    SENT,
    /** The transport posts a read and keeps the window until something arrives. */
    READ_POSTED,
    /** The first PDU, cut in its payload: a read posted now is for the command's own buffer. */
    FIRST_DATA,
    FIRST_REST,
    SECOND_DATA,
    RESPONSE,
    /** The controller answers an abort: the command ends with an error, with part of its data. */
    ABORTED,
    POLLED,
    TIMED_OUT,
    /** The device's queue goes first, then the connection. */
    CLOSED
  }

  private enum Device {
    SOCKET,
    LATE_NIC;

    DdpDevice make(RegionRegistry registry) {
      return switch (this) {
        case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 512);
        case LATE_NIC ->
            new SimulatedDevice(
                registry,
                JdkCrc32c.INSTANCE,
                3,
                NicOptions.of(new FaultRates(4, 0, 0, 0, 0, 2, 2)));
      };
    }
  }

  private static final int BYTES = 16 * 1024;
  private static final int HALF = BYTES / 2;
  private static final int CUT = 1000;
  private static final int OFFSET = 1001;

  private int lives;
  private int succeeded;

  @ParameterizedTest
  @EnumSource(TeardownMode.class)
  void everyLifeEndsOnceAndNothingIsWrittenAfterTeardown(TeardownMode mode) {
    for (Device device : Device.values()) {
      explore(device::make, mode, new ArrayList<>(), EnumSet.allOf(Event.class));
    }
    assertThat(lives).isGreaterThan(2000);
    assertThat(succeeded).as("lives that end well").isBetween(1, lives - 1);
  }

  private void explore(
      Function<RegionRegistry, DdpDevice> device,
      TeardownMode mode,
      List<Event> order,
      EnumSet<Event> left) {
    boolean leaf = true;
    for (Event event : left) {
      if (possible(order, event)) {
        leaf = false;
        EnumSet<Event> rest = EnumSet.copyOf(left);
        rest.remove(event);
        order.add(event);
        explore(device, mode, order, rest);
        order.removeLast();
      }
    }
    if (leaf) {
      lives++;
      new Life(device, mode).live(order);
    }
  }

  private static boolean possible(List<Event> past, Event event) {
    boolean answered = past.contains(Event.RESPONSE) || past.contains(Event.ABORTED);
    boolean over = past.contains(Event.TIMED_OUT) || past.contains(Event.CLOSED);
    boolean sent = past.contains(Event.SENT);
    return switch (event) {
      case SENT, READ_POSTED, POLLED -> true;
      case FIRST_DATA -> !answered && sent;
      case FIRST_REST -> past.contains(Event.FIRST_DATA);
      case SECOND_DATA -> !answered && past.contains(Event.FIRST_REST);
      case RESPONSE -> !answered && past.contains(Event.SECOND_DATA);
      case ABORTED ->
          !answered && sent && past.contains(Event.FIRST_DATA) == past.contains(Event.FIRST_REST);
      case TIMED_OUT, CLOSED -> !over;
    };
  }

  private final class Life {
    private final QueueHarness host;
    private Outcome read = new Outcome();
    private final byte[] content = QueueHarness.pattern(5, BYTES);
    private ReadWindow posted;
    private byte[] atTeardown;
    private byte[] rest = {};
    private int teardowns;

    Life(Function<RegionRegistry, DdpDevice> device, TeardownMode mode) {
      host = new QueueHarness(device, mode).connected();
      host.onTeardownDone =
          tag -> {
            teardowns++;
            atTeardown = host.bytes(0, 64 * 1024);
          };
    }

    void live(List<Event> order) {
      boolean over = false;
      for (Event event : order) {
        happen(event);
        over |= event == Event.TIMED_OUT || event == Event.CLOSED;
        assertThat(read.calls.size()).as("%s", order).isLessThanOrEqualTo(1);
        if (!read.calls.isEmpty()) {
          assertThat(teardowns).as("%s ends with its mapping", order).isOne();
        }
      }
      if (!over) {
        host.pair.connectionLost("the end");
      }
      // The kernel's last word on the read that is still posted.
      if (posted != null) {
        scribble();
        host.queue().windowReturned();
      }
      // A command that came too late was refused, and nobody is told of an end.
      int submitted = read.cid == QueuePair.CLOSED ? 0 : 1;
      assertThat(read.calls).as("%s", order).hasSize(submitted);
      assertThat(host.slotsFreed).as("%s", order).isEqualTo(submitted);
      assertThat(teardowns).as("%s", order).isEqualTo(submitted);
      assertThat(host.pair.outstanding()).isZero();
      assertThat(host.queue().liveMappings()).isZero();
      if (submitted > 0) {
        assertThat(host.bytes(0, 64 * 1024)).as("%s", order).isEqualTo(atTeardown);
      }
      byte[] outside = host.bytes(0, OFFSET);
      for (byte b : outside) {
        assertThat(b).isEqualTo(QueueHarness.CANARY);
      }
      if (read.toString().equals("success")) {
        assertThat(host.bytes(OFFSET, BYTES)).isEqualTo(content);
        succeeded++;
      }
      assertThat(host.close()).as("%s", order).isZero();
    }

    private void happen(Event event) {
      switch (event) {
        case SENT -> {
          read = host.read(OFFSET, BYTES);
          host.controller.accept(host.flushWire());
        }
        case READ_POSTED -> {
          if (posted == null && !host.queue().deleted()) {
            posted = host.queue().nextWindow();
          }
        }
        case FIRST_DATA -> {
          host.controller.data(read.cid, 0, Arrays.copyOf(content, HALF), 0);
          byte[] pdu = host.controller.take();
          rest = Arrays.copyOfRange(pdu, CUT, pdu.length);
          arrive(Arrays.copyOf(pdu, CUT));
        }
        case FIRST_REST -> arrive(rest);
        case SECOND_DATA -> {
          host.controller.data(
              read.cid, HALF, Arrays.copyOfRange(content, HALF, BYTES), PduFlags.LAST);
          arrive(host.controller.take());
        }
        case RESPONSE -> {
          host.controller.respond(read.cid, Status.SUCCESS);
          arrive(host.controller.take());
        }
        case ABORTED -> {
          host.controller.respond(read.cid, Status.UNRECOVERED_READ_ERROR);
          arrive(host.controller.take());
        }
        case POLLED -> host.queue().poll();
        case TIMED_OUT -> host.pair.connectionLost("timed out");
        case CLOSED -> {
          host.queue().delete();
          host.pair.connectionLost("closed");
        }
      }
    }

    // In reads of 3000 bytes; the first comes in the window that is out, if one is.
    private void arrive(byte[] bytes) {
      int at = 0;
      while (at < bytes.length && (posted != null || !host.queue().deleted())) {
        ReadWindow window = posted == null ? host.queue().nextWindow() : posted;
        posted = null;
        int step = Math.min(Math.min(window.length(), 3000), bytes.length - at);
        MemorySegment.copy(
            bytes, at, window.region().segment(), ValueLayout.JAVA_BYTE, window.offset(), step);
        host.queue().received(step);
        at += step;
      }
    }

    private void scribble() {
      posted.region().segment().asSlice(posted.offset(), 100).fill((byte) 0x11);
    }
  }
}
