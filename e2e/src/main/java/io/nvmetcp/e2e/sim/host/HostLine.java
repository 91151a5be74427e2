package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.initiator.queue.QueuePair;
import io.nvmetcp.initiator.queue.SlotLine;
import io.nvmetcp.nvme.Sqe;
import java.util.ArrayList;
import java.util.List;

/** How commands come to a queue: its line, what is checked of that, and what goes wrong there. */
final class HostLine implements SlotLine.Shell<HostCommand> {
  private static final long HOARD_BYTES = 16 << 10;

  private final HostQueue queue;
  private final HostOptions options;
  private final Plants plants;
  private final RegionRegistry registry;
  private final SlotLine<HostCommand> line;
  private final byte[] sqe = new byte[Sqe.BYTES];
  // For planted faults: memory that is kept, and commands that are looked at while under way.
  private final List<Region> hoard = new ArrayList<>();
  private final List<HostCommand> peeked = new ArrayList<>();
  // Those in line that were counted when they came.
  private int waitingNew;

  HostLine(HostQueue queue, HostOptions options, Plants plants, RegionRegistry registry) {
    this.queue = queue;
    this.options = options;
    this.plants = plants;
    this.registry = registry;
    line = new SlotLine<>(options.waitingCommands(), this);
  }

  /** Those that wait. */
  int size() {
    return line.size();
  }

  /**
   * Submits now, or has it wait, or refuses.
   *
   * @param resumed it was counted where it came first
   */
  void start(HostCommand command, boolean resumed) {
    if (resumed || plants.has(Plant.WAITING_UNBOUNDED)) {
      line.resume(command);
    } else {
      line.start(command);
    }
  }

  void slotFree() {
    line.slotFree();
  }

  void drain() {
    line.drain();
  }

  /** The connection cannot be used any more. */
  void end() {
    line.close();
  }

  /** The connection is closed. */
  void closed() {
    hoard.forEach(Region::close);
    line.close();
  }

  /** Bytes came. */
  void peek() {
    peeked.removeIf(command -> command.peek(queue));
  }

  // ---- what the line asks

  @Override
  public int submit(HostCommand command) {
    queue.visit(Event.SUBMIT);
    queue.slots().settle();
    int answer = queue.open() ? command.submit(queue, sqe) : QueuePair.CLOSED;
    queue.slots().submitted();
    if (answer >= 0) {
      leaves(command);
      queue.scheduleFlush();
      if (plants.strike(Plant.MEMORY_HOARDED)) {
        hoard.add(registry.register(HOARD_BYTES));
      }
      if (plants.needPeeks()) {
        peeked.add(command);
      }
    }
    return answer;
  }

  @Override
  public void waits(HostCommand command) {
    waitingNew += command.waits() ? 1 : 0;
    HostBudget.checkWaiting(options, waitingNew, line.size());
  }

  private void leaves(HostCommand command) {
    waitingNew -= command.leaves() ? 1 : 0;
  }

  @Override
  public void goesBack(HostCommand command, String why) {
    leaves(command);
    queue.owner().unsent(command, why);
  }

  @Override
  public void neverSent(HostCommand command, String why) {
    leaves(command);
    command.neverSent(why);
  }

  @Override
  public String reason() {
    return queue.reason();
  }
}
