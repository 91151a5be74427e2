package io.nvmetcp.loadgen.job;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The I/O pattern of a job: {@code rw=}. */
public enum Rw {
  /** Sequential reads. */
  READ("read", 'R', false, Operation.READ),
  /** Sequential writes. */
  WRITE("write", 'W', false, Operation.WRITE),
  /** Sequential deallocations. */
  TRIM("trim", 'D', false, Operation.TRIM),
  /** Random reads. */
  RANDREAD("randread", 'r', true, Operation.READ),
  /** Random writes. */
  RANDWRITE("randwrite", 'w', true, Operation.WRITE),
  /** Random deallocations. */
  RANDTRIM("randtrim", 'd', true, Operation.TRIM),
  /** Sequential reads and writes, mixed. */
  RW("rw", 'M', false, Operation.READ, Operation.WRITE),
  /** Random reads and writes, mixed. */
  RANDRW("randrw", 'm', true, Operation.READ, Operation.WRITE);

  private final String word;
  private final char letter;
  private final boolean random;
  private final Operation[] operations;

  Rw(String word, char letter, boolean random, Operation... operations) {
    this.word = word;
    this.letter = letter;
    this.random = random;
    this.operations = operations;
  }

  /** The value of {@code rw} that means this. */
  public String word() {
    return word;
  }

  /** How fio's status line shows a job that does this. */
  public char letter() {
    return letter;
  }

  /** True if places are chosen at random. */
  public boolean random() {
    return random;
  }

  /** True if this is a mix of reads and writes. */
  public boolean mixed() {
    return operations.length > 1;
  }

  /** True if {@code operation} occurs in this pattern. */
  public boolean does(Operation operation) {
    for (Operation mine : operations) {
      if (mine == operation) {
        return true;
      }
    }
    return false;
  }

  /** The only operation, or reads of a mix. */
  public Operation first() {
    return operations[0];
  }

  static Rw parse(String text) {
    if (text.contains(":")) {
      throw new IllegalArgumentException("'" + text + "': an offset modifier is not supported");
    }
    if (text.equals("readwrite")) {
      return RW;
    }
    for (Rw rw : values()) {
      if (rw.word.equals(text)) {
        return rw;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is none of %s"
            .formatted(
                text, Arrays.stream(values()).map(Rw::word).collect(Collectors.joining(", "))));
  }
}
