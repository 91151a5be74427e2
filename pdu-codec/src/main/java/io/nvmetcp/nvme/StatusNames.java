package io.nvmetcp.nvme;

import org.jspecify.annotations.Nullable;

/**
 * The specifications' names of all status codes: a table per status code type (Base specification
 * 3.3.3.2.1, NVM command set specification 3.1.2, Fabrics in 6 and 3.3.3.2.1.2). Command specific
 * codes from 80h on mean one thing to Fabrics commands and another to I/O commands.
 */
final class StatusNames {
  private static final @Nullable String[] GENERIC =
      table(
          """
          00 Successful Completion
          01 Invalid Command Opcode
          02 Invalid Field in Command
          03 Command ID Conflict
          04 Data Transfer Error
          05 Commands Aborted due to Power Loss Notification
          06 Internal Error
          07 Command Abort Requested
          08 Command Aborted due to SQ Deletion
          09 Command Aborted due to Failed Fused Command
          0A Command Aborted due to Missing Fused Command
          0B Invalid Namespace or Format
          0C Command Sequence Error
          0D Invalid SGL Segment Descriptor
          0E Invalid Number of SGL Descriptors
          0F Data SGL Length Invalid
          10 Metadata SGL Length Invalid
          11 SGL Descriptor Type Invalid
          12 Invalid Use of Controller Memory Buffer
          13 PRP Offset Invalid
          14 Atomic Write Unit Exceeded
          15 Operation Denied
          16 SGL Offset Invalid
          18 Host Identifier Inconsistent Format
          19 Keep Alive Timer Expired
          1A Keep Alive Timeout Invalid
          1B Command Aborted due to Preempt and Abort
          1C Sanitize Failed
          1D Sanitize In Progress
          1E SGL Data Block Granularity Invalid
          1F Command Not Supported for Queue in CMB
          20 Namespace is Write Protected
          21 Command Interrupted
          22 Transient Transport Error
          23 Command Prohibited by Command and Feature Lockdown
          24 Admin Command Media Not Ready
          25 Invalid Key Tag
          26 Host Dispersed Namespace Support Not Enabled
          27 Host Identifier Not Initialized
          28 Incorrect Key
          29 FDP Disabled
          2A Invalid Placement Handle List
          80 LBA Out of Range
          81 Capacity Exceeded
          82 Namespace Not Ready
          83 Reservation Conflict
          84 Format In Progress
          85 Invalid Value Size
          86 Invalid Key Size
          87 KV Key Does Not Exist
          88 Unrecovered Error
          89 Key Exists
          """);

  private static final @Nullable String[] SPECIFIC =
      table(
          """
          00 Completion Queue Invalid
          01 Invalid Queue Identifier
          02 Invalid Queue Size
          03 Abort Command Limit Exceeded
          05 Asynchronous Event Request Limit Exceeded
          06 Invalid Firmware Slot
          07 Invalid Firmware Image
          08 Invalid Interrupt Vector
          09 Invalid Log Page
          0A Invalid Format
          0B Firmware Activation Requires Conventional Reset
          0C Invalid Queue Deletion
          0D Feature Identifier Not Saveable
          0E Feature Not Changeable
          0F Feature Not Namespace Specific
          10 Firmware Activation Requires NVM Subsystem Reset
          11 Firmware Activation Requires Controller Level Reset
          12 Firmware Activation Requires Maximum Time Violation
          13 Firmware Activation Prohibited
          14 Overlapping Range
          15 Namespace Insufficient Capacity
          16 Namespace Identifier Unavailable
          18 Namespace Already Attached
          19 Namespace Is Private
          1A Namespace Not Attached
          1B Thin Provisioning Not Supported
          1C Controller List Invalid
          1D Device Self-test In Progress
          1E Boot Partition Write Prohibited
          1F Invalid Controller Identifier
          20 Invalid Secondary Controller State
          21 Invalid Number of Controller Resources
          22 Invalid Resource Identifier
          23 Sanitize Prohibited While Persistent Memory Region is Enabled
          24 ANA Group Identifier Invalid
          25 ANA Attach Failed
          26 Insufficient Capacity
          27 Namespace Attachment Limit Exceeded
          28 Prohibition of Command Execution Not Supported
          29 I/O Command Set Not Supported
          2A I/O Command Set Not Enabled
          2B I/O Command Set Combination Rejected
          2C Invalid I/O Command Set
          2D Identifier Unavailable
          2E Namespace Is Dispersed
          2F Invalid Discovery Information
          30 Zoning Data Structure Locked
          31 Zoning Data Structure Not Found
          32 Insufficient Discovery Resources
          33 Requested Function Disabled
          34 ZoneGroup Originator Invalid
          """);

  private static final @Nullable String[] FABRICS =
      table(
          """
          80 Connect Incompatible Format
          81 Connect Controller Busy
          82 Connect Invalid Parameters
          83 Connect Restart Discovery
          84 Connect Invalid Host
          85 Invalid Queue Type
          90 Discover Restart
          91 Authentication Required
          """);

  private static final @Nullable String[] IO =
      table(
          """
          80 Conflicting Attributes
          81 Invalid Protection Information
          82 Attempted Write to Read Only Range
          83 Command Size Limit Exceeded
          84 Invalid Command ID
          85 Incompatible Namespace or Format
          86 Fast Copy Not Possible
          87 Overlapping I/O Range
          88 Namespace Not Reachable
          89 Insufficient Resources
          B8 Zoned Boundary Error
          B9 Zone Is Full
          BA Zone Is Read Only
          BB Zone Is Offline
          BC Zone Invalid Write
          BD Too Many Active Zones
          BE Too Many Open Zones
          BF Invalid Zone State Transition
          """);

  private static final @Nullable String[] MEDIA =
      table(
          """
          80 Write Fault
          81 Unrecovered Read Error
          82 End-to-end Guard Check Error
          83 End-to-end Application Tag Check Error
          84 End-to-end Reference Tag Check Error
          85 Compare Failure
          86 Access Denied
          87 Deallocated or Unwritten Logical Block
          88 End-to-end Storage Tag Check Error
          """);

  private static final @Nullable String[] PATH =
      table(
          """
          00 Internal Path Error
          01 Asymmetric Access Persistent Loss
          02 Asymmetric Access Inaccessible
          03 Asymmetric Access Transition
          60 Controller Pathing Error
          70 Host Pathing Error
          71 Command Aborted By Host
          """);

  private StatusNames() {}

  /**
   * The name of a status, or null if the specifications give it none.
   *
   * @param status as {@link Status} has it
   * @param io whether an I/O command was answered; a Fabrics command otherwise
   */
  static @Nullable String name(int status, boolean io) {
    int code = status & 0xFF;
    return switch (status >> 8 & 0x7) {
      case 0 -> GENERIC[code];
      case 1 -> code < 0x80 ? SPECIFIC[code] : io ? IO[code] : FABRICS[code];
      case 2 -> MEDIA[code];
      case 3 -> PATH[code];
      case 7 -> "Vendor Specific Status";
      default -> null;
    };
  }

  private static @Nullable String[] table(String lines) {
    @Nullable String[] names = new String[256];
    lines
        .lines()
        .forEach(line -> names[Integer.parseInt(line, 0, 2, 16)] = line.substring(3).strip());
    return names;
  }
}
