package io.nvmetcp.initiator.queue;

import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.TermRequest;

/** What a queue pair tells its shell, on the queue's thread. */
public interface QueueEvents {

  /** ICResp is in and accepted; the shell adds the device and goes on with Connect. */
  void initialized(Negotiated negotiated);

  /**
   * The peer broke a rule. The terminate request, if the fault has one, is already emitted; the
   * shell flushes it and closes.
   */
  void fault(ConnectionFault fault);

  /** The controller ends the connection and says why. */
  void terminated(TermRequest request);

  /**
   * PDUs were emitted when a send was done, not in answer to a call: they are to be flushed. The
   * call may come from within a flush.
   */
  void emitted();

  /**
   * A command has ended and been told so, and its slot is free; also after the connection ended.
   */
  void slotFree();
}
