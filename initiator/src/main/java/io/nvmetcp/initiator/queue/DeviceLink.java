package io.nvmetcp.initiator.queue;

import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.ResyncAnswers;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a queue pair has to do with the device that places its data, as long as one is attached:
 * mappings, answers to its questions about the stream, and its counters. Without one all of it does
 * nothing.
 */
final class DeviceLink {
  private final ResyncAnswers resync = new ResyncAnswers();
  private @Nullable DdpQueue device;
  private int attachments;

  /** From now on runs come from this device queue and reads are mapped there. */
  void attach(DdpQueue queue) {
    device = queue;
    attachments++;
    resync.restart();
  }

  /** The device's side of the queue; null if none is attached. */
  @Nullable DdpQueue queue() {
    return device;
  }

  /** Maps the buffer of a read that was not sent yet; a refusal is the device's to count. */
  void setup(Slot slot) {
    DdpQueue queue = device;
    if (queue != null && setup(queue, slot) == SetupResult.MAPPED) {
      slot.mapped = true;
      slot.debts |= Debt.TEARDOWN;
    }
  }

  private static SetupResult setup(DdpQueue queue, Slot slot) {
    HeldBuffer buffer = slot.buffer;
    ScatterList pieces = buffer.pieces();
    return pieces == null
        ? queue.setup(slot.cid, buffer.region(0), buffer.place(0, 0), buffer.lengthBytes())
        : queue.setup(slot.cid, pieces);
  }

  /** Starts the teardown of a command that is answered; nothing if it is not mapped. */
  void teardown(Slot slot) {
    DdpQueue queue = device;
    if (slot.mapped && queue != null) {
      queue.teardown(slot.cid);
    }
  }

  /** The connection is gone: every mapping is torn down. */
  void delete() {
    DdpQueue queue = device;
    if (queue != null) {
      queue.delete();
    }
  }

  /** A run of the stream, on its way to the parser. */
  void run(
      Inbound inbound, MemorySegment bytes, long offset, int length, boolean placed, boolean crc) {
    int attachment = attachments;
    long at = offset;
    int left = length;
    // Only while a device looks for its place does the run stop at every boundary.
    while (resync.open() && left > 0) {
      answer(inbound);
      int step = Math.min(left, inbound.bytesToBoundary());
      inbound.run(bytes, at, step, placed, crc);
      resync.passed(step);
      at += step;
      left -= step;
    }
    if (left > 0) {
      inbound.run(bytes, at, left, placed, crc);
      if (attachments == attachment) {
        resync.passed(left);
      }
    } else {
      answer(inbound);
    }
  }

  private void answer(Inbound inbound) {
    DdpQueue queue = device;
    if (queue != null && inbound.atBoundary()) {
      resync.boundary(queue);
    }
  }

  /** The device asks whether a header stands at this position of the stream. */
  void headerAsked(long position) {
    resync.ask(position);
  }

  void count(DdpCounter counter, long amount) {
    DdpQueue queue = device;
    if (queue != null) {
      queue.counters().add(counter, amount);
    }
  }
}
