package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.CommandSets;
import io.nvmetcp.nvme.ControllerBits;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyIndependentNamespace;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.NamespaceList;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.List;
import java.util.Optional;

/**
 * The Identify data structures (Base specification 5.17). Whatever is advertised here is what the
 * target does, and nothing that it does not.
 */
final class IdentifyPages {
  private static final int FRMW_ONE_READ_ONLY_SLOT = 0x03;
  private static final int NMIC_SHARED = 1;
  private static final int HEALTH_BITS = 0xFF;
  private static final int CSI_SHIFT = 24;

  private static final int ONCS =
      ControllerBits.ONCS_COMPARE
          | ControllerBits.ONCS_DATASET_MANAGEMENT
          | ControllerBits.ONCS_WRITE_ZEROES
          | ControllerBits.ONCS_SAVE_SELECT
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
      case Cns.NAMESPACE, Cns.ALLOCATED_NAMESPACE -> namespace(subsystem, nsid);
      case Cns.ACTIVE_NAMESPACES, Cns.ALLOCATED_NAMESPACES -> namespaces(subsystem, nsid);
      case Cns.NAMESPACE_DESCRIPTORS -> descriptors(subsystem, nsid);
      case Cns.INDEPENDENT_NAMESPACE -> independent(subsystem, nsid);
      case Cns.COMMAND_SET_NAMESPACE,
          Cns.COMMAND_SET_CONTROLLER,
          Cns.COMMAND_SET_ACTIVE_NAMESPACES ->
          (Sqe.cdw(sqe, at, 11) >>> CSI_SHIFT) == CommandSets.NVM
              ? ofNvmCommandSet(subsystem, cns, nsid)
              : AdminReply.refused(Status.INVALID_COMMAND_SET);
      // Command set combinations (1Ch) belong to CAP.CSS bit 6, which is clear.
      default -> AdminReply.refused(Status.INVALID_FIELD);
    };
  }

  // Hosts ask for these whatever CAP says. The NVM set's own limits are none beyond MDTS, and it
  // has neither protection information nor storage tags: all zero.
  private static AdminReply ofNvmCommandSet(Subsystem subsystem, int cns, long nsid) {
    return switch (cns) {
      case Cns.COMMAND_SET_ACTIVE_NAMESPACES -> namespaces(subsystem, nsid);
      case Cns.COMMAND_SET_CONTROLLER -> AdminReply.data(new byte[Cns.DATA_BYTES]);
      default ->
          isValid(nsid)
              ? AdminReply.data(new byte[Cns.DATA_BYTES])
              : AdminReply.refused(Status.INVALID_NAMESPACE);
    };
  }

  private static boolean isValid(long nsid) {
    return nsid > 0 && nsid <= Subsystem.MAX_NSID;
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
    LittleEndian.put32(b, IdentifyController.OAES, controller.supportedEvents() & ~HEALTH_BITS);
    LittleEndian.put32(
        b,
        IdentifyController.CTRATT,
        ControllerBits.CTRATT_HOST_ID_128 | ControllerBits.CTRATT_TBKAS);
    LittleEndian.put8(b, IdentifyController.ACL, Controller.ABORTS - 1);
    LittleEndian.put8(b, IdentifyController.AERL, Controller.EVENT_REQUESTS - 1);
    LittleEndian.put16(b, IdentifyController.KAS, (int) (KeepAlive.GRANULARITY_MILLIS / 100));
    LittleEndian.put16(b, IdentifyController.MAXCMD, limits.queueEntries());
    LittleEndian.put32(
        b,
        IdentifyController.SGLS,
        ControllerBits.SGLS_SUPPORTED | ControllerBits.SGLS_OFFSET | ControllerBits.SGLS_TRANSPORT);
    if (subsystem.isDiscovery()) {
      LittleEndian.put8(b, IdentifyController.CNTRLTYPE, IdentifyController.TYPE_DISCOVERY);
      LittleEndian.put8(b, IdentifyController.LPA, ControllerBits.LPA_EXTENDED_DATA);
    } else {
      ioController(b, controller, limits);
    }
    return b;
  }

  private static void ioController(byte[] b, Controller controller, ControllerLimits limits) {
    LittleEndian.put8(b, IdentifyController.CNTRLTYPE, IdentifyController.TYPE_IO);
    LittleEndian.put8(
        b,
        IdentifyController.CMIC,
        ControllerBits.CMIC_MULTIPLE_PORTS | ControllerBits.CMIC_MULTIPLE_CONTROLLERS);
    LittleEndian.put8(b, IdentifyController.FRMW, FRMW_ONE_READ_ONLY_SLOT);
    LittleEndian.put8(
        b, IdentifyController.LPA, ControllerBits.LPA_EFFECTS | ControllerBits.LPA_EXTENDED_DATA);
    LittleEndian.put8(b, IdentifyController.ELPE, ErrorLog.ENTRIES - 1);
    LittleEndian.put16(b, IdentifyController.WCTEMP, Health.WARNING_KELVIN);
    LittleEndian.put16(b, IdentifyController.CCTEMP, Health.CRITICAL_KELVIN);
    LittleEndian.put8(b, IdentifyController.SQES, 0x66);
    LittleEndian.put8(b, IdentifyController.CQES, 0x44);
    // Hosts ask once: room for namespaces that are added later.
    LittleEndian.put32(b, IdentifyController.NN, Subsystem.MAX_NSID);
    LittleEndian.put32(b, IdentifyController.MNAN, Subsystem.MAX_NSID);
    if (controller.hasVolatileCache()) {
      LittleEndian.put8(
          b, IdentifyController.VWC, ControllerBits.VWC_PRESENT | ControllerBits.VWC_FLUSH_ALL_YES);
    }
    LittleEndian.put16(b, IdentifyController.ONCS, ONCS);
    if (controller.subsystem().comparesAndWrites()) {
      // ACWU stays 0: one block.
      LittleEndian.put16(b, IdentifyController.FUSES, ControllerBits.FUSES_COMPARE_AND_WRITE);
    }
    LittleEndian.put16(b, IdentifyController.OCFS, COPY_FORMAT_0);
    LittleEndian.put32(b, IdentifyController.IOCCSZ, (Sqe.BYTES + limits.inCapsuleBytes()) / 16);
    LittleEndian.put32(b, IdentifyController.IORCSZ, 1);
    LittleEndian.put8(b, IdentifyController.MSDBD, 1);
    LittleEndian.put16(b, IdentifyController.OFCS, ControllerBits.OFCS_DISCONNECT);
  }

  private static AdminReply namespace(Subsystem subsystem, long nsid) {
    if (!isValid(nsid)) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    Namespace namespace = subsystem.namespace(nsid);
    if (namespace != null) {
      LittleEndian.put64(b, IdentifyNamespace.NSZE, namespace.blocks());
      LittleEndian.put64(b, IdentifyNamespace.NCAP, namespace.blocks());
      LittleEndian.put64(b, IdentifyNamespace.NUSE, namespace.blocks());
      LittleEndian.put8(b, IdentifyNamespace.NMIC, NMIC_SHARED);
      LittleEndian.put8(b, IdentifyNamespace.NSATTR, attributes(namespace));
      LittleEndian.put8(b, IdentifyNamespace.DLFEAT, DLFEAT);
      int transferBytes = subsystem.limits().maxTransferBytes();
      LittleEndian.put16(b, IdentifyNamespace.MSSRL, namespace.copyRangeBlocks(transferBytes));
      LittleEndian.put32(b, IdentifyNamespace.MCL, namespace.copyBlocks());
      LittleEndian.put8(b, IdentifyNamespace.MSRC, Namespace.COPY_RANGES - 1);
      put(b, IdentifyNamespace.NGUID, namespace.names().nguidBytes());
      put(b, IdentifyNamespace.EUI64, namespace.names().eui64Bytes());
      LittleEndian.put8(b, IdentifyNamespace.LBAF0 + 2, namespace.blockShift());
    }
    return AdminReply.data(b);
  }

  private static int attributes(Namespace namespace) {
    return namespace.backend().readOnly() ? IdentifyNamespace.NSATTR_WRITE_PROTECTED : 0;
  }

  private static void put(byte[] b, int at, Optional<byte[]> name) {
    name.ifPresent(bytes -> System.arraycopy(bytes, 0, b, at, bytes.length));
  }

  private static AdminReply independent(Subsystem subsystem, long nsid) {
    if (!isValid(nsid)) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    Namespace namespace = subsystem.namespace(nsid);
    if (namespace != null) {
      LittleEndian.put8(b, IdentifyIndependentNamespace.NMIC, NMIC_SHARED);
      LittleEndian.put8(b, IdentifyIndependentNamespace.NSATTR, attributes(namespace));
      LittleEndian.put8(
          b, IdentifyIndependentNamespace.NSTAT, IdentifyIndependentNamespace.NSTAT_READY);
    }
    return AdminReply.data(b);
  }

  // Without namespace management every namespace that exists is attached: allocated is active.
  private static AdminReply namespaces(Subsystem subsystem, long above) {
    if (!NamespaceList.mayStartAfter(above)) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    List<Long> nsids =
        subsystem.namespaces().stream().map(namespace -> (long) namespace.nsid()).toList();
    return AdminReply.data(NamespaceList.after(above, nsids));
  }

  private static AdminReply descriptors(Subsystem subsystem, long nsid) {
    Namespace namespace = subsystem.namespace(nsid);
    if (namespace == null) {
      return AdminReply.refused(Status.INVALID_NAMESPACE);
    }
    byte[] b = new byte[Cns.DATA_BYTES];
    NamespaceNames names = namespace.names();
    int end = 0;
    if (names.eui64Bytes().isPresent()) {
      end = NamespaceDescriptors.put(b, end, NamespaceDescriptors.EUI64, names.eui64Bytes().get());
    }
    if (names.nguidBytes().isPresent()) {
      end = NamespaceDescriptors.put(b, end, NamespaceDescriptors.NGUID, names.nguidBytes().get());
    }
    end = NamespaceDescriptors.putUuid(b, end, names.uuid());
    assert end < b.length;
    return AdminReply.data(b);
  }
}
