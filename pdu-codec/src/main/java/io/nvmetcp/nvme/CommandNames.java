package io.nvmetcp.nvme;

import java.util.Map;

/** What the specifications call a command, for people. Unknown ones come as their number. */
public final class CommandNames {
  private static final Map<Integer, String> ADMIN =
      Map.ofEntries(
          Map.entry(0x00, "DeleteIoSq"),
          Map.entry(0x01, "CreateIoSq"),
          Map.entry(0x02, "GetLogPage"),
          Map.entry(0x04, "DeleteIoCq"),
          Map.entry(0x05, "CreateIoCq"),
          Map.entry(0x06, "Identify"),
          Map.entry(0x08, "Abort"),
          Map.entry(0x09, "SetFeatures"),
          Map.entry(0x0A, "GetFeatures"),
          Map.entry(0x0C, "AsyncEventRequest"),
          Map.entry(0x0D, "NamespaceManagement"),
          Map.entry(0x10, "FirmwareCommit"),
          Map.entry(0x11, "FirmwareDownload"),
          Map.entry(0x14, "DeviceSelfTest"),
          Map.entry(0x15, "NamespaceAttachment"),
          Map.entry(0x18, "KeepAlive"),
          Map.entry(0x19, "DirectiveSend"),
          Map.entry(0x1A, "DirectiveReceive"),
          Map.entry(0x1C, "VirtualizationManagement"),
          Map.entry(0x1D, "NvmeMiSend"),
          Map.entry(0x1E, "NvmeMiReceive"),
          Map.entry(0x20, "CapacityManagement"),
          Map.entry(0x21, "DiscoveryInformationManagement"),
          Map.entry(0x22, "FabricZoningReceive"),
          Map.entry(0x24, "Lockdown"),
          Map.entry(0x25, "FabricZoningLookup"),
          Map.entry(0x29, "FabricZoningSend"),
          Map.entry(0x7C, "DoorbellBufferConfig"),
          Map.entry(0x80, "FormatNvm"),
          Map.entry(0x81, "SecuritySend"),
          Map.entry(0x82, "SecurityReceive"),
          Map.entry(0x84, "Sanitize"),
          Map.entry(0x86, "GetLbaStatus"));

  private static final Map<Integer, String> IO =
      Map.ofEntries(
          Map.entry(0x00, "Flush"),
          Map.entry(0x01, "Write"),
          Map.entry(0x02, "Read"),
          Map.entry(0x04, "WriteUncorrectable"),
          Map.entry(0x05, "Compare"),
          Map.entry(0x08, "WriteZeroes"),
          Map.entry(0x09, "DatasetManagement"),
          Map.entry(0x0C, "Verify"),
          Map.entry(0x0D, "ReservationRegister"),
          Map.entry(0x0E, "ReservationReport"),
          Map.entry(0x11, "ReservationAcquire"),
          Map.entry(0x12, "IoManagementReceive"),
          Map.entry(0x15, "ReservationRelease"),
          Map.entry(0x18, "Cancel"),
          Map.entry(0x19, "Copy"),
          Map.entry(0x1D, "IoManagementSend"));

  private static final Map<Integer, String> FABRICS =
      Map.of(
          0x00, "PropertySet",
          0x01, "Connect",
          0x04, "PropertyGet",
          0x05, "AuthenticationSend",
          0x06, "AuthenticationReceive",
          0x08, "Disconnect");

  private CommandNames() {}

  /** Name of an opcode on an admin queue. */
  public static String admin(int opcode) {
    return opcode == Fabrics.OPCODE ? "Fabrics" : ADMIN.getOrDefault(opcode, "Unknown");
  }

  /** Name of an opcode on an I/O queue, NVM command set. */
  public static String io(int opcode) {
    return opcode == Fabrics.OPCODE ? "Fabrics" : IO.getOrDefault(opcode, "Unknown");
  }

  /** Name of a Fabrics command type. */
  public static String fabrics(int fctype) {
    return FABRICS.getOrDefault(fctype, "Unknown");
  }
}
