package io.nvmetcp.initiator.health;

import io.nvmetcp.nvme.Status;

/**
 * Which commands are sent a second time, and when: those that failed, those that were lost with
 * their connection, and those that found none.
 *
 * @param commandsWait commands that were never sent wait for the next association
 * @param replayReads commands that change nothing are sent again when they were lost
 * @param replayWrites the others are too, after the quiesce
 * @param marginNs added to the quiesce, if the controller does not ask for more
 */
public record ReplayPolicy(
    boolean commandsWait, boolean replayReads, boolean replayWrites, long marginNs) {

  /** What becomes of a command that was lost. */
  public enum Replay {
    /** It is not sent again: nobody knows what became of it. */
    NEVER,
    /** It is sent again as soon as there is an association. */
    AT_ONCE,
    /** It is sent again once nothing of its old association can happen any more. */
    AFTER_QUIESCE
  }

  /** True if a command that could not be sent waits: one that is to be sent again does anyway. */
  public boolean waits(ParkedCommands.Command command) {
    return command.sentBefore() || commandsWait;
  }

  /**
   * What becomes of a command that was sent, and not answered before its connection ended.
   *
   * @param changesNothing carrying it out twice, or late, changes nothing but its result
   * @param mayBeSentAgain false if it must not be, whatever the options say
   */
  public Replay lost(boolean changesNothing, boolean mayBeSentAgain) {
    boolean wanted = changesNothing ? replayReads : replayWrites;
    return !wanted || !mayBeSentAgain
        ? Replay.NEVER
        : changesNothing ? Replay.AT_ONCE : Replay.AFTER_QUIESCE;
  }

  /**
   * How long after the loss of an association nothing of it happens any more.
   *
   * @param katoNs the keep-alive timeout; 0 for none
   * @param countsTraffic any traffic keeps the controller alive
   * @param controllerNs what the controller asks for itself
   */
  public long quiesceNs(long katoNs, boolean countsTraffic, long controllerNs) {
    return KeepAlive.quiesceNs(katoNs, countsTraffic, Math.max(marginNs, controllerNs));
  }

  /**
   * True if a command that failed is sent once more.
   *
   * @param status its status, no success
   * @param triesLeft how often it may be sent yet
   */
  public static boolean triesAgain(int status, int triesLeft, boolean changesNothing) {
    return triesLeft > 0
        && !Status.isDoNotRetry(status)
        // The first try may be executed yet, after the second.
        && (changesNothing || !leavesInDoubt(status));
  }

  /**
   * True if an answer does not say what became of its command. The identifier of one that is
   * answered with Command ID Conflict is that of a command which is being executed (Base
   * specification, Generic Command Status 03h). This host has used it once: both are one command,
   * which something on the way has repeated.
   */
  public static boolean leavesInDoubt(int status) {
    return Status.code(status) == Status.COMMAND_ID_CONFLICT;
  }
}
