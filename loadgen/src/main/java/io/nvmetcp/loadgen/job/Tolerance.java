package io.nvmetcp.loadgen.job;

/**
 * Which errors a job survives: {@code continue_on_error=}.
 *
 * @param read failed reads
 * @param write failed writes, deallocations and syncs
 * @param verify wrong content
 */
public record Tolerance(boolean read, boolean write, boolean verify) {
  /** The first error ends the job. */
  public static final Tolerance NONE = new Tolerance(false, false, false);

  /** True if a failure of {@code operation} does not end the job. */
  public boolean survives(Operation operation) {
    return operation == Operation.READ ? read : write;
  }

  static Tolerance parse(String text) {
    return switch (text) {
      case "none", "0" -> NONE;
      case "read" -> new Tolerance(true, false, false);
      case "write" -> new Tolerance(false, true, false);
      case "io" -> new Tolerance(true, true, false);
      case "verify" -> new Tolerance(false, false, true);
      case "all", "1" -> new Tolerance(true, true, true);
      default ->
          throw new IllegalArgumentException(
              "'" + text + "' is none of none, read, write, io, verify, all");
    };
  }
}
