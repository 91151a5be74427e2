package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;

/**
 * The Identify data structures (Base specification 5.17). Whatever is advertised here is what the
 * target does, and nothing that it does not.
 */
final class IdentifyPages {
  private static final long BROADCAST_NSID = 0xFFFF_FFFFL;
  private static final int CMIC_MULTIPLE_CONTROLLERS = 1 << 1;
  private static final int CTRATT_HOST_ID_128 = 1;
  private static final int CTRATT_TRAFFIC_KEEP_ALIVE = 1 << 6;
  private static final int ABORTS_0_BASED = 3;
  private static final int FRMW_ONE_READ_ONLY_SLOT = 0x03;
  private static final int FRMW = 260;
  private static final int LPA_EFFECTS = 1 << 1;
  private static final int LPA_EXTENDED = 1 << 2;
  // Present; Flush with the broadcast identifier is not supported (bits 2:1 = 10b).
  private static final int VWC_PRESENT = 0x05;
  private static final long SGLS_SUPPORTED = 1;
  private static final long SGLS_OFFSET_IN_CAPSULE = 1 << 20;
  private static final long SGLS_TRANSPORT_DATA_BLOCK = 1 << 21;
  private static final int NMIC_SHARED = 1;

  private static final int ONCS =
      ControllerBits.ONCS_COMPARE
          | ControllerBits.ONCS_DATASET_MANAGEMENT
          | ControllerBits.ONCS_WRITE_ZEROES
          | ControllerBits.ONCS_VERIFY
          | ControllerBits.ONCS_COPY;
  private static final int COPY_FORMAT_0 = 1;
  // Deallocated blocks read as zeros; Write Zeroes has its deallocate bit.
  private static final int DLFEAT = 0x09;

  private IdentifyPages() {}

  static AdminReply identify(Controller controller, byte[] sqe, int at) {
    int cns = (int) Sqe.cdw(sqe, at, 10) & 0xFF;
    long nsid = Sqe.nsid(sqe, at);
    Subsystem subsystem = controller.subsystem();
    if (subsystem.isDiscovery() && cns != Cns.CONTROLLER) {
      return AdminReply.refused(Status.INVALID_FIELD);
    }
    return switch (cns) {
      case Cns.CONTROLLER -> AdminReply.data(controller(controller));
      case Cns.NAMESPACE -> namespace(subsystem, nsid);
      case Cns.ACTIVE_NAMESPACES -> activeNamespaces(subsystem, nsid);
      case Cns.NAMESPACE_DESCRIPTORS -> descriptors(subsystem, nsid);
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  private static byte[] controller(Controller controller) {
    Subsystem subsystem = controller.subsystem();
    ControllerLimits limits = subsystem.limits();
    byte[] b = new byte[Cns.DATA_BYTES];
    IdentifyController.names(
        b, subsystem.serial(), subsystem.model(), Subsystem.FIRMWARE, subsystem.nqn());
    LittleEndian.put8(
        b,
        IdentifyController.MDTS,
        Integer.numberOfTrailingZeros(limits.maxTransferBytes() / ControllerLimits.PAGE_BYTES));
    LittleEndian.put16(b, IdentifyController.CNTLID, controller.cntlid());
    LittleEndian.put32(b, IdentifyController.VER, Controller.VERSION);
    LittleEndian.put32(
        b, IdentifyController.CTRATT, CTRATT_HOST_ID_128 | CTRATT_TRAFFIC_KEEP_ALIVE);
    LittleEndian.put8(b, IdentifyController.AERL, Controller.EVENT_REQUESTS - 1);
    LittleEndian.put16(b, IdentifyController.KAS, (int) (KeepAlive.GRANULARITY_MILLIS / 100));
    LittleEndian.put16(b, IdentifyController.MAXCMD, limits.queueEntries());
    LittleEndian.put32(
        b,
        IdentifyController.SGLS,
        SGLS_SUPPORTED | SGLS_OFFSET_IN_CAPSULE | SGLS_TRANSPORT_DATA_BLOCK);
    if (subsystem.isDiscovery()) {
      LittleEndian.put8(b, IdentifyController.CNTRLTYPE, IdentifyController.TYPE_DISCOVERY);
      LittleEndian.put8(b, IdentifyController.LPA, LPA_EXTENDED);
    } else {
      ioController(b, subsystem, limits);
    }
    return b;
  }

  private static void ioController(byte[] b, Subsystem subsystem, ControllerLimits limits) {
    LittleEndian.put8(b, IdentifyController.CNTRLTYPE, IdentifyController.TYPE_IO);
    LittleEndian.put8(b, IdentifyController.CMIC, CMIC_MULTIPLE_CONTROLLERS);
    LittleEndian.put8(b, IdentifyController.ACL, ABORTS_0_BASED);
    LittleEndian.put8(b, FRMW, FRMW_ONE_READ_ONLY_SLOT);
    LittleEndian.put8(b, IdentifyController.LPA, LPA_EFFECTS | LPA_EXTENDED);
    LittleEndian.put8(b, IdentifyController.SQES, 0x66);
    LittleEndian.put8(b, IdentifyController.CQES, 0x44);
    LittleEndian.put32(b, IdentifyController.NN, subsystem.highestNsid());
    LittleEndian.put32(b, IdentifyController.MNAN, subsystem.highestNsid());
    LittleEndian.put8(b, IdentifyController.VWC, subsystem.writesAreVolatile() ? VWC_PRESENT : 0);
    LittleEndian.put16(b, IdentifyController.ONCS, ONCS);
    if (subsystem.comparesAndWrites()) {
      // ACWU stays 0: one block.
      LittleEndian.put16(b, IdentifyController.FUSES, ControllerBits.FUSES_COMPARE_AND_WRITE);
    }
    LittleEndian.put16(b, IdentifyController.OCFS, COPY_FORMAT_0);
    LittleEndian.put32(b, IdentifyController.IOCCSZ, (Sqe.BYTES + limits.inCapsuleBytes()) / 16);
    LittleEndian.put32(b, IdentifyController.IORCSZ, 1);
    LittleEndian.put8(b, IdentifyController.MSDBD, 1);
    LittleEndian.put16(b, IdentifyController.OFCS, 1);
  }

  private static AdminReply namespace(Subsystem subsystem, long nsid) {
    if (nsid == 0 || nsid > subsystem.highestNsid()) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    Namespace namespace = subsystem.namespace(nsid);
    if (namespace != null) {
      LittleEndian.put64(b, IdentifyNamespace.NSZE, namespace.blocks());
      LittleEndian.put64(b, IdentifyNamespace.NCAP, namespace.blocks());
      LittleEndian.put64(b, IdentifyNamespace.NUSE, namespace.blocks());
      LittleEndian.put8(b, IdentifyNamespace.NMIC, NMIC_SHARED);
      LittleEndian.put8(
          b,
          IdentifyNamespace.NSATTR,
          namespace.backend().readOnly() ? IdentifyNamespace.NSATTR_WRITE_PROTECTED : 0);
      LittleEndian.put8(b, IdentifyNamespace.DLFEAT, DLFEAT);
      int transferBytes = subsystem.limits().maxTransferBytes();
      LittleEndian.put16(b, IdentifyNamespace.MSSRL, namespace.copyRangeBlocks(transferBytes));
      LittleEndian.put32(b, IdentifyNamespace.MCL, namespace.copyBlocks());
      LittleEndian.put8(b, IdentifyNamespace.MSRC, Namespace.COPY_RANGES - 1);
      LittleEndian.put8(b, IdentifyNamespace.LBAF0 + 2, namespace.blockShift());
    }
    return AdminReply.data(b);
  }

  private static AdminReply activeNamespaces(Subsystem subsystem, long above) {
    if (above >= BROADCAST_NSID - 1) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    int at = 0;
    for (long nsid = above + 1; nsid <= subsystem.highestNsid() && at < b.length; nsid++) {
      if (subsystem.namespace(nsid) != null) {
        LittleEndian.put32(b, at, nsid);
        at += 4;
      }
    }
    return AdminReply.data(b);
  }

  private static AdminReply descriptors(Subsystem subsystem, long nsid) {
    Namespace namespace = subsystem.namespace(nsid);
    if (namespace == null) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    int end = NamespaceDescriptors.putUuid(b, 0, namespace.uuid());
    assert end < b.length;
    return AdminReply.data(b);
  }
}
