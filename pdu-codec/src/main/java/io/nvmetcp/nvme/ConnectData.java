package io.nvmetcp.nvme;

import java.util.UUID;

/**
 * The data of a Fabrics Connect command: 1024 bytes (Base specification 6.3).
 *
 * @param hostId the host identifier, all zero refused by most controllers
 * @param cntlid the controller asked for; {@link Fabrics#CNTLID_DYNAMIC} on an admin queue
 * @param subnqn NQN of the subsystem
 * @param hostnqn NQN of the host
 */
public record ConnectData(UUID hostId, int cntlid, String subnqn, String hostnqn) {
  /** Size on the wire. */
  public static final int BYTES = 1024;

  /** Offset of HOSTID. */
  public static final int HOSTID = 0;

  /** Offset of CNTLID. */
  public static final int CNTLID = 16;

  /** Offset of SUBNQN. */
  public static final int SUBNQN = 256;

  /** Offset of HOSTNQN. */
  public static final int HOSTNQN = 512;

  /** Width of an NQN field; at least one NUL stands in it. */
  public static final int NQN_BYTES = 256;

  /** The structure as it stands on the wire. */
  public byte[] encode() {
    byte[] bytes = new byte[BYTES];
    Uuids.put(bytes, HOSTID, hostId);
    LittleEndian.put16(bytes, CNTLID, cntlid);
    Ascii.putTerminated(bytes, SUBNQN, NQN_BYTES, subnqn);
    Ascii.putTerminated(bytes, HOSTNQN, NQN_BYTES, hostnqn);
    return bytes;
  }

  /**
   * Reads the structure from its 1024 bytes. An NQN without a terminator is taken whole; see {@link
   * #isNqnTerminated}.
   */
  public static ConnectData decode(byte[] bytes) {
    return new ConnectData(
        Uuids.get(bytes, HOSTID),
        LittleEndian.u16(bytes, CNTLID),
        Ascii.terminated(bytes, SUBNQN, NQN_BYTES),
        Ascii.terminated(bytes, HOSTNQN, NQN_BYTES));
  }

  /** True if the NQN field at {@code offset} ends within its 256 bytes. */
  public static boolean isNqnTerminated(byte[] bytes, int offset) {
    return Ascii.isTerminated(bytes, offset, NQN_BYTES);
  }
}
