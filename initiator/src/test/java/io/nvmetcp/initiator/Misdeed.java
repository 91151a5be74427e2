package io.nvmetcp.initiator;

import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.PduFields;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Something that the specification forbids a controller, done while four commands are under way,
 * and what is due.
 *
 * @param name what is done
 * @param digests negotiated: any of H and D
 * @param done commands that have ended with success before: any of R (the large read), S (the small
 *     one), W (the write), F (the flush)
 * @param due what the host does
 * @param deed what the controller does
 */
record Misdeed(String name, String digests, String done, Due due, Consumer<Scene> deed) {

  /** What the host does. */
  sealed interface Due {
    /**
     * It reports.
     *
     * @param status FES
     * @param information FEI; negative if it depends on the bytes
     */
    record Report(FatalStatus status, long information) implements Due {}

    /** It closes without a report. */
    record HangUp() implements Due {}
  }

  /**
   * Where it happens: everything was sent, nothing answered.
   *
   * @param c the controller
   * @param read CID of a read of {@link #BYTES}
   * @param small CID of a read of half as much
   * @param write CID of a write of {@link #BYTES}, of which nothing was asked for
   * @param flush CID of a flush
   * @param waiting CID that the command which waits for a slot would get next
   */
  record Scene(ScriptedController c, int read, int small, int write, int flush, int waiting) {
    /** Bytes of the large read and of the write. */
    static final int BYTES = 8192;

    /** Data for the large read. */
    void data(int offset, int length, int flags) {
      c.data(read, offset, new byte[length], flags);
    }

    /** What {@code said} writes, changed on its way. */
    void spoiled(Runnable said, Consumer<byte[]> how) {
      remade(
          said,
          pdu -> {
            how.accept(pdu);
            return pdu;
          });
    }

    /** What {@code said} writes, replaced on its way. */
    void remade(Runnable said, UnaryOperator<byte[]> how) {
      byte[] before = c.take();
      said.run();
      byte[] pdu = c.take();
      c.raw(before);
      c.raw(how.apply(pdu));
    }
  }

  /** A header field is wrong: the report names it. */
  static Misdeed field(String name, int offset, Consumer<Scene> deed) {
    return row(name, FatalStatus.INVALID_HEADER_FIELD, offset, deed);
  }

  /** A deed that is reported. */
  static Misdeed row(String name, FatalStatus status, long information, Consumer<Scene> deed) {
    return new Misdeed(name, "", "", new Due.Report(status, information), deed);
  }

  /** A deed that is answered by closing. */
  static Misdeed hangUp(String name, Consumer<Scene> deed) {
    return new Misdeed(name, "", "", new Due.HangUp(), deed);
  }

  /** The same, once these commands have succeeded. */
  static Misdeed after(String done, Misdeed row) {
    return new Misdeed(row.name(), row.digests(), done, row.due(), row.deed());
  }

  /** The same, with these digests negotiated. */
  static Misdeed with(String digests, Misdeed row) {
    return new Misdeed(row.name(), digests, row.done(), row.due(), row.deed());
  }

  /** A PDU of nothing but its common header. */
  static byte[] header(int type, int flags, int hlen, int pdo, long plen, int bytes) {
    byte[] h = new byte[bytes];
    h[PduFields.TYPE] = (byte) type;
    h[PduFields.FLAGS] = (byte) flags;
    h[PduFields.HLEN] = (byte) hlen;
    h[PduFields.PDO] = (byte) pdo;
    LittleEndian.put32(h, PduFields.PLEN, plen);
    return h;
  }

  @Override
  public String toString() {
    return name;
  }
}
