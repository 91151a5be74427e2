package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.queue.CopyMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lends the memory through which data of plain buffers is copied, for each controller of a host in
 * turn. What is not lent holds a pattern, and so does what lies behind the data of whoever has it.
 */
final class CopyDesk {
  /** Told of what becomes of those that ask. */
  interface Listener {
    /** It has memory now, which is given back at its end. */
    void lent(HostCommand command, BufferSlice room);

    /** It gets none. */
    void notLent(HostCommand command, String reason);
  }

  /** What a command has. */
  static final class Loan {
    private final Account account;
    private final CopyMemory.Slot slot;
    private final BufferSlice room;

    private Loan(Account account, CopyMemory.Slot slot, BufferSlice room) {
      this.account = account;
      this.slot = slot;
      this.room = room;
    }
  }

  // The memory of one controller, and who waits for it.
  private static final class Account {
    private final ArrayDeque<HostCommand> line = new ArrayDeque<>();
    private CopyMemory<HostCommand> memory;
    private long registeredBytes;

    Account(CopyMemory<HostCommand> memory) {
      this.memory = memory;
    }
  }

  private final Surroundings around;
  private final HostOptions options;
  private final RegionRegistry registry;
  private final LongSupplier registeredBytes;
  private final Loop home;
  private final Listener listener;
  private final List<Account> accounts = new ArrayList<>();
  private @Nullable Account account;

  /**
   * @param registeredBytes what the registry has registered at the moment
   * @param home where those that waited are told
   */
  CopyDesk(
      Surroundings around,
      HostOptions options,
      RegionRegistry registry,
      LongSupplier registeredBytes,
      Loop home,
      Listener listener) {
    this.around = around;
    this.options = options;
    this.registry = registry;
    this.registeredBytes = registeredBytes;
    this.home = home;
    this.listener = listener;
  }

  /** There is an association: a controller begins with its first one. */
  void open(long maxTransferBytes) {
    if (account == null) {
      Account begun = new Account(memory(CopyMemory.slotBytes(maxTransferBytes)));
      accounts.removeIf(each -> each.memory.state() == CopyMemory.State.CLOSED);
      accounts.add(begun);
      account = begun;
    }
  }

  private CopyMemory<HostCommand> memory(int slotBytes) {
    return new CopyMemory<>(
        registry, slotBytes, options.copyMemoryBytes(), options.waitingCommands());
  }

  /** True if one command can have so many bytes copied. */
  boolean fits(int bytes) {
    Account now = account;
    return now != null && bytes <= now.memory.slotBytes();
  }

  private void visit(Account of, Event event) {
    around.coverage().visit(Machine.COPY_MEMORY, of.memory.state(), event);
  }

  /** Asks for memory for the data of a command; told at once, or later. */
  void take(HostCommand command) {
    Account from = account;
    if (from == null) {
      throw new IllegalStateException("nobody asks a controller that is not there");
    }
    visit(from, Event.TAKE);
    if (from.memory.state() == CopyMemory.State.ALL_LENT
        && around.plants().has(Plant.COPY_MEMORY_GROWS)) {
      from.memory = memory(from.memory.slotBytes());
    }
    boolean first = from.memory.state() == CopyMemory.State.UNUSED;
    long before = registeredBytes.getAsLong();
    CopyMemory.Answer answer = from.memory.take(command);
    from.registeredBytes += registeredBytes.getAsLong() - before;
    HostBudget.checkCopies(
        options, from.memory.slotBytes(), from.registeredBytes, from.memory.waiting());
    switch (answer) {
      case CopyMemory.Slot slot -> {
        if (first) {
          MemorySegment all = slot.slice(1).region().segment();
          Content.rest(all, 0, (int) all.byteSize());
        }
        lend(command, from, slot);
      }
      case CopyMemory.None.WAITS -> from.line.add(command);
      case CopyMemory.None.TOO_MANY_WAIT ->
          listener.notLent(command, "too many wait for memory to copy through already");
      case CopyMemory.None.CLOSED -> listener.notLent(command, "the controller is closed");
    }
  }

  private void lend(HostCommand command, Account from, CopyMemory.Slot slot) {
    Loan loan = new Loan(from, slot, slot.slice(command.usedBytes));
    checkRest(loan, 0);
    command.loan = loan;
    listener.lent(command, loan.room);
  }

  // From a byte of the loan's memory on, and behind it.
  private static void checkRest(Loan loan, int from) {
    int slotBytes = loan.account.memory.slotBytes();
    int to = Math.min(slotBytes, loan.room.lengthBytes() + Buffers.GUARD_BYTES);
    MemorySegment memory = loan.room.region().segment();
    if (!Content.rests(memory, loan.room.offset() + from, to - from)) {
      throw new Violation(
          Rule.BUFFER,
          "memory to copy through was written to while nobody had it, or beyond what it was for");
    }
  }

  /** Its command has ended: takes back what it has, if it has any. */
  void giveBack(HostCommand command) {
    Loan loan = command.loan;
    if (loan == null) {
      return;
    }
    command.loan = null;
    Account to = loan.account;
    int bytes = loan.room.lengthBytes();
    checkRest(loan, bytes);
    Content.rest(loan.room.region().segment(), loan.room.offset(), bytes);
    visit(to, Event.GIVE_BACK);
    CopyMemory.Grant<HostCommand> grant = to.memory.giveBack(loan.slot);
    if (grant == null) {
      return;
    }
    HostCommand next = grant.to();
    if (to.line.poll() != next) {
      throw new Violation(Rule.LIVENESS, "one that waits for memory to copy through is passed by");
    }
    if (!around.plants().strike(Plant.COPY_WAITER_FORGOTTEN)) {
      home.execute(() -> lend(next, to, grant.slot()));
    }
  }

  /** The controller has ended. */
  void close() {
    Account of = account;
    account = null;
    if (of != null) {
      visit(of, Event.CLOSE);
      of.line.clear();
      of.memory.close().forEach(each -> listener.notLent(each, "the controller is closed"));
    }
  }

  /** Checks that everything is back. */
  void checkLeftOver() {
    for (Account each : accounts) {
      if (each.memory.state() != CopyMemory.State.CLOSED) {
        throw new Violation(
            Rule.LEFT_OVER,
            "memory to copy through is %s: %d slots are lent, %d wait"
                .formatted(each.memory.state(), each.memory.lent(), each.memory.waiting()));
      }
    }
  }
}
