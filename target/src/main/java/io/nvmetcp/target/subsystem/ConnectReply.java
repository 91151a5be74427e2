package io.nvmetcp.target.subsystem;

/** The outcome of a Connect. */
public sealed interface ConnectReply {

  /**
   * The connection now carries a queue.
   *
   * @param controller whose
   * @param qid which; 0 is the admin queue
   * @param entries entries of its submission queue
   * @param flowControl SQ flow control is in force
   */
  record Accepted(Controller controller, int qid, int entries, boolean flowControl)
      implements ConnectReply {}

  /**
   * The connection carries nothing yet.
   *
   * @param status why
   * @param result dword 0: for invalid parameters, where (IPO, IATTR)
   */
  record Refused(int status, long result) implements ConnectReply {}
}
