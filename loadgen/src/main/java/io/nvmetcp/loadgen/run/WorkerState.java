package io.nvmetcp.loadgen.run;

/** Where a worker is, with the letter by which fio's status line shows it. */
public enum WorkerState {
  /** Waits for its group to begin. */
  WAITING('P'),
  /** Runs, and nothing counts yet. */
  RAMPING('/'),
  /** Does what its job says; shown by the letter of its pattern. */
  RUNNING('R'),
  /** Waits for a flush. */
  SYNCING('F'),
  /** Reads again what it wrote. */
  VERIFYING('V'),
  /** Has ended as it should. */
  DONE('_'),
  /** Has ended with an error. */
  FAILED('X'),
  /** Was stopped. */
  STOPPED('K');

  private final char letter;

  WorkerState(char letter) {
    this.letter = letter;
  }

  /** The letter in the status line. */
  public char letter() {
    return letter;
  }

  /** True if nothing more will happen. */
  public boolean over() {
    return this == DONE || this == FAILED || this == STOPPED;
  }
}
