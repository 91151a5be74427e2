package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Journal;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduPrinter;
import io.nvmetcp.pdu.PduType;
import java.util.HashSet;
import java.util.Set;

/** Writes every PDU into the journal, in one line. */
public final class PduLines implements WireEar {
  private final Journal journal;
  private final Set<Integer> adminWires = new HashSet<>();

  /** A journal that is on. */
  public PduLines(Journal journal) {
    this.journal = journal;
  }

  @Override
  public void header(int wire, boolean fromHost, byte[] header, int length) {
    byte[] copy = java.util.Arrays.copyOf(header, length);
    if (PduFields.type(copy) == PduType.CAPSULE_CMD.code()
        && length >= PduType.CAPSULE_CMD.headerBytes()
        && Sqe.opcode(copy, PduFields.SQE) == Fabrics.OPCODE
        && Sqe.fctype(copy, PduFields.SQE) == Fabrics.CONNECT
        && ConnectCommand.qid(copy, PduFields.SQE) == 0) {
      adminWires.add(wire);
    }
    PduPrinter.Queue queue =
        adminWires.contains(wire) ? PduPrinter.Queue.ADMIN : PduPrinter.Queue.IO;
    journal.note(
        "wire " + wire + (fromHost ? " >" : " <"), () -> PduPrinter.line(copy, length, queue));
  }
}
