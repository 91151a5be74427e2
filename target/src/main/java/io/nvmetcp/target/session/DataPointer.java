package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;

/** Judges the data pointer of a command (Base specification 4.1.2, TCP transport 3.3). */
final class DataPointer {
  private static final int TYPE_AT = Sqe.SGL1 + Sgl.TYPE;
  private static final int LENGTH_AT = Sqe.SGL1 + Sgl.LENGTH;

  private DataPointer() {}

  /** Data goes by SGL on Fabrics (PSDT 01b), and this command cannot be half of a fused one. */
  static void checkFlags(CommandSlot slot, byte[] sqe, int at) {
    if (Sqe.flags(sqe, at) != Sqe.FLAGS_SGL) {
      slot.refuse(Status.INVALID_FIELD, Sqe.FLAGS);
    }
  }

  /** {@code bytes} go to the host: in C2HData, exactly as many as the descriptor says. */
  static void toHost(CommandSlot slot, byte[] sqe, int at, long bytes, int capsuleBytes) {
    slot.data = CommandSlot.Data.TO_HOST;
    if (capsuleBytes > 0) {
      slot.refuse(Status.INVALID_FIELD);
    } else if (Sgl.type(sqe, at) != Sgl.TRANSPORT) {
      slot.refuse(Status.SGL_TYPE_INVALID, TYPE_AT);
    } else if (Sgl.length(sqe, at) != bytes) {
      slot.refuse(Status.DATA_SGL_LENGTH_INVALID, LENGTH_AT);
    }
    slot.lengthBytes = (int) bytes;
  }

  /** {@code bytes} come from the host: in the capsule, or in H2CData after an R2T. */
  static void fromHost(CommandSlot slot, byte[] sqe, int at, long bytes, int capsuleBytes) {
    slot.data = CommandSlot.Data.FROM_HOST;
    int type = Sgl.type(sqe, at);
    if (type == Sgl.IN_CAPSULE) {
      inCapsule(slot, sqe, at, bytes, capsuleBytes);
    } else if (type != Sgl.TRANSPORT) {
      slot.refuse(Status.SGL_TYPE_INVALID, TYPE_AT);
    } else if (capsuleBytes > 0) {
      slot.refuse(Status.INVALID_FIELD);
    } else if (Sgl.length(sqe, at) != bytes) {
      slot.refuse(Status.DATA_SGL_LENGTH_INVALID, LENGTH_AT);
    }
    slot.lengthBytes = (int) bytes;
  }

  /**
   * At least {@code bytes} come from the host. Hosts send lists of ranges in a buffer of fixed
   * size, so the descriptor may be longer; all of it is taken, up to {@code most}.
   */
  static void listFromHost(
      CommandSlot slot, byte[] sqe, int at, long bytes, long most, int capsuleBytes) {
    long length = Sgl.length(sqe, at);
    boolean fits = length >= bytes && length <= most;
    fromHost(slot, sqe, at, fits ? length : bytes, capsuleBytes);
  }

  private static void inCapsule(
      CommandSlot slot, byte[] sqe, int at, long bytes, int capsuleBytes) {
    long offset = Sgl.address(sqe, at);
    if (offset < 0 || offset > capsuleBytes) {
      slot.refuse(Status.SGL_OFFSET_INVALID, Sqe.SGL1);
    } else if (Sgl.length(sqe, at) != bytes || offset + bytes > capsuleBytes) {
      slot.refuse(Status.DATA_SGL_LENGTH_INVALID, LENGTH_AT);
    } else {
      slot.inCapsuleOffset = (int) offset;
    }
  }

  /** No data either way. */
  static void none(CommandSlot slot, int capsuleBytes) {
    if (capsuleBytes > 0) {
      slot.refuse(Status.INVALID_FIELD);
    }
  }
}
