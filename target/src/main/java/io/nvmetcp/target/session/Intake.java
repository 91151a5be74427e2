package io.nvmetcp.target.session;

import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.frame.PduReader;

/**
 * Decides how many of the received bytes a session may take next, and says why if it may take none.
 * What bounds it: free command slots; what the peer has not taken of our answers, and the data of
 * reads that is in memory; and the budget of a turn, which leaves other connections of the same
 * event loop their share.
 *
 * <p>Data of commands that were taken before is always taken, for it lets them finish. Confined to
 * the session's thread.
 */
final class Intake {
  /** Why nothing more was taken. */
  enum Stop {
    NONE,
    SLOTS,
    OUTPUT,
    TURN,
    DRAINING
  }

  private static final int SMALLEST_CAPSULE = PduType.CAPSULE_CMD.headerBytes();

  private final SessionLimits limits;
  private int commandsLeft;
  private long bytesLeft;
  private boolean draining;
  private Stop stop = Stop.NONE;

  Intake(SessionLimits limits) {
    this.limits = limits;
    newTurn();
  }

  void newTurn() {
    commandsLeft = limits.turnCommands();
    bytesLeft = limits.turnBytes();
  }

  /** No new commands from now on. */
  void drain() {
    draining = true;
  }

  boolean draining() {
    return draining;
  }

  /** A command was taken. */
  void command() {
    commandsLeft--;
  }

  /** Bytes were taken or given. */
  void moved(int bytes) {
    bytesLeft -= bytes;
  }

  /** Why {@link #next} said 0; the next turn asks again. */
  Stop stop() {
    return stop;
  }

  /**
   * How many bytes of the stream may be given to the reader: so few that no more commands complete
   * than there is room for.
   *
   * @param available bytes at hand, at least 1
   * @param freeSlots commands that may be taken besides those outstanding
   * @param outputRoomBytes as {@link SessionHost#outputRoomBytes} has it, or the room for data of
   *     reads if that is less
   * @param largestAnswerBytes data that one command may send to the host
   * @return 0 if there is to be a stop
   */
  int next(
      PduReader reader,
      int available,
      int freeSlots,
      long outputRoomBytes,
      int largestAnswerBytes) {
    if (commandsLeft <= 0 || bytesLeft <= 0) {
      stop = Stop.TURN;
      return 0;
    }
    long room = Math.min(outputRoomBytes, bytesLeft);
    long answers = room <= 0 ? 0 : 1 + room / largestAnswerBytes;
    long commands = draining ? 0 : Math.min(Math.min(freeSlots, commandsLeft), answers);
    if (commands == 0 && reader.headerInHand() == PduType.CAPSULE_CMD) {
      stop = draining ? Stop.DRAINING : freeSlots == 0 ? Stop.SLOTS : Stop.OUTPUT;
      return 0;
    }
    stop = Stop.NONE;
    long safe = reader.bytesToBoundary();
    if (commands > 0) {
      safe = Math.max(safe, reader.payloadLeft() + (commands - 1) * SMALLEST_CAPSULE + 1);
    }
    return (int) Math.min(Math.min(available, safe), bytesLeft);
  }

  /** After a stop and at the start of a turn: true if its cause is gone. */
  boolean mayGoOn(int freeSlots, long outputRoomBytes) {
    return switch (stop) {
      case NONE, DRAINING -> false;
      case TURN -> true;
      case SLOTS, OUTPUT -> freeSlots > 0 && outputRoomBytes > 0;
    };
  }
}
