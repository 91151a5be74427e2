package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.e2e.sim.check.NamespaceHistory;
import io.nvmetcp.e2e.sim.check.Operation;
import io.nvmetcp.e2e.sim.check.Outcomes;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.e2e.sim.cover.Event;
import io.nvmetcp.e2e.sim.cover.Machine;
import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.ground.Volume;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Loop;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.nvme.DatasetRange;
import io.nvmetcp.nvme.Status;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * An application: keeps so many operations going, each in a buffer of its own with guards around
 * it, and judges what comes back.
 */
final class Client implements HostCommand.Listener, CopyDesk.Listener {
  private static final int MOST_PIECES = 4;
  private static final long REFUSED_NS = 200_000;

  /** Where commands go. */
  interface Port {
    /** True while there is, or may come, an association. */
    boolean usable();

    /** A queue for the next command. */
    HostQueue queue();

    /** Most bytes of a command. */
    int transferBytes();

    /** How often a command that failed is sent again. */
    int retries();

    /** Asks for the end of a command. */
    void abort(HostCommand command);

    /** An operation has ended. */
    void ended();
  }

  private final Surroundings around;
  private final Load load;
  private final Outcomes outcomes;
  private final Dice dice;
  private final Choices choices;
  private final Port port;
  private final Buffers buffers;
  private final CopyDesk copies;
  // Which operations are those of plain buffers.
  private final Dice plain;
  private final HostCommand[] commands;
  private final boolean[] waits;
  // Ranges that were to be read once more and could not be sent.
  private final boolean[] repeats;
  private final long[] versions;
  private int left;
  private int running;
  private boolean verifying;
  private int repeating;
  private long unknown;
  private long failed;

  /**
   * @param plain draws which operations have buffers that are not registered
   * @param registeredBytes what the registry has registered at the moment
   * @param home where it is told of memory that it waited for
   */
  Client(
      Surroundings around,
      HostOptions options,
      Load load,
      Outcomes outcomes,
      Dice dice,
      Dice plain,
      List<Volume> volumes,
      RegionRegistry registry,
      LongSupplier registeredBytes,
      Loop home,
      Port port) {
    this.around = around;
    this.load = load;
    this.outcomes = outcomes;
    this.dice = dice;
    this.plain = plain;
    choices = new Choices(load, dice, volumes, port::transferBytes);
    this.port = port;
    left = load.operations();
    buffers = new Buffers(registry, load);
    copies = new CopyDesk(around, options, registry, registeredBytes, home, this);
    commands = new HostCommand[load.depth()];
    waits = new boolean[load.depth()];
    repeats = new boolean[load.depth()];
    versions = new long[Math.max(1, load.mostBytes() / 512)];
    for (int i = 0; i < commands.length; i++) {
      commands[i] = new HostCommand(i, this);
    }
  }

  /** The memory through which data of plain buffers is copied. */
  CopyDesk copies() {
    return copies;
  }

  // ---- how it goes

  /** Fills its depth. */
  void pump() {
    for (int i = 0; i < commands.length; i++) {
      if (!commands[i].running() && !waits[i]) {
        next(i);
      }
    }
  }

  private void next(int slot) {
    if (!port.usable() || left == 0 && !verifying) {
      return;
    }
    if (!verifying && dice.oneIn(load.thinkOneIn())) {
      thinkThen(slot, load.thinkNs());
    } else {
      act(slot);
    }
  }

  private void thinkThen(int slot, long mostNs) {
    waits[slot] = true;
    around.agenda().after(1 + dice.below(mostNs), () -> thought(slot));
  }

  private void act(int slot) {
    HostCommand command = commands[slot];
    boolean goes = repeats[slot] || (verifying ? choices.nextCheck(command) : draws(command));
    if (goes) {
      repeating -= repeats[slot] ? 1 : 0;
      repeats[slot] = false;
      start(command);
    }
  }

  private boolean draws(HostCommand command) {
    boolean drawn = choices.draw(command);
    left -= drawn ? 1 : 0;
    return drawn;
  }

  private void thought(int slot) {
    waits[slot] = false;
    if (!commands[slot].running() && port.usable() && (left > 0 || verifying)) {
      act(slot);
    }
  }

  /** No operations of its own any more; then every block is read once. */
  void verify() {
    left = 0;
    verifying = true;
    choices.check();
    pump();
  }

  /** No operations any more. */
  void stop() {
    left = 0;
    verifying = false;
  }

  /** True if none of its operations runs and it wants no more. */
  boolean done() {
    return running == 0 && left == 0 && (!verifying || choices.checked() && repeating == 0);
  }

  @Override
  public String toString() {
    return "%d operations run, %d to come".formatted(running, left);
  }

  /** Operations that run. */
  int running() {
    return running;
  }

  private static boolean judged(HostCommand command) {
    NamespaceHistory history = command.history;
    return history == null || history.judged();
  }

  private void start(HostCommand command) {
    buffers.checkRest(command);
    command.begin(port.queue(), port.retries());
    int bytes = command.blocks * command.blockBytes;
    command.usedBytes = 0;
    command.usedCompare = false;
    switch (command.kind) {
      case READ -> data(command, bytes);
      case WRITE -> {
        command.version = around.ledger().versions(command.blocks);
        buffers.fill(command);
        data(command, bytes);
      }
      case COMPARE -> {
        command.version = around.ledger().guess(command);
        buffers.fill(command);
        data(command, bytes);
      }
      case COMPARE_AND_WRITE -> {
        command.version = around.ledger().versions(1);
        command.expected = around.ledger().guess(command);
        command.usedBytes = bytes;
        command.usedCompare = true;
        buffers.fill(command);
        BufferSlice other = buffers.comparison(command);
        Content.fill(
            other.region().segment(), other.offset(), command.blockBytes, command.expected);
        command.buffer(buffers.slice(command, 0, bytes));
        command.comparison(other);
      }
      case DEALLOCATE -> {
        byte[] range = new byte[DatasetRange.BYTES];
        new DatasetRange(0, command.blocks, command.block).encode(range, 0);
        command.usedBytes = DatasetRange.BYTES;
        BufferSlice slice = buffers.slice(command, 0, DatasetRange.BYTES);
        slice.segment().copyFrom(MemorySegment.ofArray(range));
        command.buffer(slice);
      }
      case ZERO, FLUSH, VERIFY -> {}
    }
    running++;
    around.ledger().call(command);
    around.journal().note("client", () -> describe(command));
    if (command.plain) {
      copies.take(command);
    } else {
      command.queue().loop().execute(command);
    }
    if (dice.oneIn(load.abortOneIn())) {
      around.agenda().after(1 + dice.below(200_000), () -> port.abort(command));
    }
  }

  // What it moves lies in a plain buffer, or in registered memory, in one piece or several.
  private void data(HostCommand command, int bytes) {
    command.usedBytes = bytes;
    command.plain = plain.oneIn(load.plainOneIn()) && copies.fits(bytes);
    if (command.plain) {
      return;
    }
    boolean whole = command.kind == Operation.Kind.COMPARE || bytes < 2 * MOST_PIECES;
    if (whole || !dice.oneIn(load.piecesOneIn())) {
      command.buffer(buffers.slice(command, 0, bytes));
      return;
    }
    List<BufferSlice> pieces = new ArrayList<>();
    int done = 0;
    while (done < bytes) {
      int step = pieces.size() == MOST_PIECES - 1 ? bytes - done : 1 + dice.below(bytes - done);
      pieces.add(buffers.slice(command, done, step));
      done += step;
    }
    command.buffer(ScatterList.of(pieces.toArray(BufferSlice[]::new)));
  }

  // ---- data of plain buffers

  @Override
  public void lent(HostCommand command, BufferSlice room) {
    if (!port.usable()) {
      command.neverSent("the controller is closed");
      return;
    }
    if (command.kind != Operation.Kind.READ) {
      room.segment().copyFrom(buffers.slice(command, 0, room.lengthBytes()).segment());
    }
    command.buffer(room);
    command.moveTo(port.queue());
    command.queue().loop().execute(command);
  }

  @Override
  public void notLent(HostCommand command, String reason) {
    command.neverSent(reason);
  }

  private void copyOut(HostCommand command) {
    BufferSlice room = command.slice();
    buffers.slice(command, 0, room.lengthBytes()).segment().copyFrom(room.segment());
  }

  @Override
  public void underWay(HostCommand command, boolean answered) {
    if (command.plain && answered && around.plants().has(Plant.COPY_BACK_AT_RESPONSE)) {
      copies.giveBack(command);
    }
    if (command.plain
        && command.kind == Operation.Kind.READ
        && around.plants().has(Plant.COPIED_OUT_EARLY)) {
      copyOut(command);
      command.plain = false;
    }
  }

  static String describe(HostCommand command) {
    return "%s nsid %d, blocks %d to %d, version %d%s"
        .formatted(
            command.kind,
            command.nsid,
            command.block,
            command.block + command.blocks - 1,
            command.version,
            command.forced ? ", forced" : "");
  }

  // ---- the end of an operation

  @Override
  public void completed(HostCommand command, int status) {
    outcomes.check(command, status);
    around.journal().note("client", () -> describe(command) + ": " + Status.describeIo(status));
    if (!outcomes.lies()) {
      // Where one end lies, it may have been another command on the way, or any status.
      visit(command, end(status));
    }
    if (!Status.isSuccess(status)) {
      failed++;
      around.ledger().failed(command, Outcomes.perhaps(status));
    } else if (command.kind == Operation.Kind.READ) {
      if (command.plain) {
        copyOut(command);
      }
      for (int i = 0; i < command.blocks; i++) {
        versions[i] = buffers.version(command, i);
        if (versions[i] == Content.TORN && judged(command)) {
          throw new Violation(
              Rule.TORN_BLOCK,
              "block %d of namespace %d is not all of one write"
                  .formatted(command.block + i, command.nsid));
        }
      }
      around.ledger().read(command, versions);
    } else {
      around.ledger().succeeded(command);
    }
    over(command);
  }

  @Override
  public void neverSent(HostCommand command, String reason) {
    around.journal().note("client", () -> describe(command) + ": never sent, " + reason);
    visit(command, Event.NEVER_SENT);
    around.ledger().neverSent(command);
    copies.giveBack(command);
    buffers.rest(command);
    running--;
    port.ended();
    repeats[command.slot()] = verifying;
    repeating += verifying ? 1 : 0;
    // Whoever was told that it is too much tries again a while later.
    thinkThen(command.slot(), REFUSED_NS);
  }

  @Override
  public void unknown(HostCommand command, String reason) {
    around.journal().note("client", () -> describe(command) + ": unknown, " + reason);
    visit(command, Event.UNKNOWN);
    unknown++;
    around.ledger().lost(command, command.wire());
    over(command);
  }

  @Override
  public void again(HostCommand command) {
    visit(command, Event.SENT_AGAIN);
    around.ledger().again(command, command.wire());
  }

  @Override
  public void retried(HostCommand command, int status) {
    visit(command, Event.RETRIED);
    outcomes.check(command, status);
    around.ledger().retried(command, Outcomes.perhaps(status));
  }

  private void visit(HostCommand command, Event event) {
    around.coverage().visit(Machine.OPERATION, command.kind, event);
  }

  private static Event end(int status) {
    return switch (Status.code(status)) {
      case Status.SUCCESS -> Event.SUCCESS;
      case Status.ABORT_REQUESTED -> Event.ABORTED;
      case Status.TRANSIENT_TRANSPORT_ERROR -> Event.DIGEST_ERROR;
      case Status.INVALID_NAMESPACE, Status.LBA_OUT_OF_RANGE, Status.NAMESPACE_NOT_READY ->
          Event.REFUSED;
      default -> Event.FAILED;
    };
  }

  private void over(HostCommand command) {
    copies.giveBack(command);
    buffers.rest(command);
    running--;
    port.ended();
    next(command.slot());
  }

  /** Operations of which nobody knows what became of them. */
  long unknown() {
    return unknown;
  }

  /** Operations that failed. */
  long failed() {
    return failed;
  }

  /** Gives its memory back. */
  void close() {
    copies.checkLeftOver();
    buffers.close(commands);
  }
}
