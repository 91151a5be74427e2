package io.nvmetcp.e2e.sim.check;

import io.nvmetcp.nvme.Status;

/**
 * Which ends commands may have in a world: what is done to it explains each, and nothing else may
 * happen.
 *
 * @param flips bits are flipped
 * @param diskErrors disks fail
 * @param namespaceChanges namespaces come, go and change their size
 * @param aborts commands are aborted
 * @param tightMemory targets have too little memory for all that hosts send
 * @param leaves hosts disable controllers that are at work, and commands come too late
 * @param lies one end lies: anything may be said to have happened
 */
public record Outcomes(
    boolean flips,
    boolean diskErrors,
    boolean namespaceChanges,
    boolean aborts,
    boolean tightMemory,
    boolean leaves,
    boolean lies) {

  /** Where one end lies. */
  public static final Outcomes ANY = new Outcomes(true, true, true, true, true, true, true);

  /** Refuses an end that nothing explains. */
  public void check(Operation operation, int status) {
    int code = Status.code(status);
    boolean allowed =
        switch (code) {
          case Status.SUCCESS -> true;
          case Status.TRANSIENT_TRANSPORT_ERROR -> flips;
          case Status.UNRECOVERED_READ_ERROR, Status.WRITE_FAULT, Status.INTERNAL_ERROR ->
              diskErrors;
          case Status.COMPARE_FAILURE ->
              operation.kind == Operation.Kind.COMPARE
                  || operation.kind == Operation.Kind.COMPARE_AND_WRITE;
          case Status.FAILED_FUSED -> operation.kind == Operation.Kind.COMPARE_AND_WRITE;
          case Status.ABORT_REQUESTED -> aborts;
          case Status.INVALID_NAMESPACE, Status.LBA_OUT_OF_RANGE, Status.NAMESPACE_NOT_READY ->
              namespaceChanges;
          case Status.COMMAND_INTERRUPTED -> tightMemory;
          case Status.COMMAND_SEQUENCE_ERROR -> leaves;
          default -> false;
        };
    if (!allowed && !lies) {
      throw new Violation(
          Rule.OUTCOME,
          operation.kind
              + " ended with a status that nothing explains: "
              + Status.describeIo(status));
    }
  }

  /** True if a command with this status may have changed some of its blocks. */
  public static boolean perhaps(int status) {
    return Status.code(status) == Status.WRITE_FAULT;
  }
}
