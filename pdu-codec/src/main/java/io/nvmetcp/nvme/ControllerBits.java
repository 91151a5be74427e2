package io.nvmetcp.nvme;

/**
 * Names of the bits in the capability words of {@link IdentifyController} (Base specification,
 * figure 275). Every bit that a controller sets is a promise.
 */
public final class ControllerBits {
  /** CMIC: the subsystem has more than one port. */
  public static final int CMIC_MULTIPLE_PORTS = 1;

  /** CMIC: the subsystem has more than one controller. */
  public static final int CMIC_MULTIPLE_CONTROLLERS = 1 << 1;

  /** CMIC: asymmetric namespace access is reported. */
  public static final int CMIC_ANA = 1 << 3;

  /** CTRATT: 128-bit host identifiers. */
  public static final int CTRATT_HOST_ID_128 = 1;

  /** CTRATT: traffic restarts the keep-alive timer. */
  public static final int CTRATT_TBKAS = 1 << 6;

  /** CTRATT: SQ associations. */
  public static final int CTRATT_SQ_ASSOCIATIONS = 1 << 8;

  /** CTRATT: UUID list. */
  public static final int CTRATT_UUID_LIST = 1 << 9;

  /** CTRATT: extended LBA formats. */
  public static final int CTRATT_EXTENDED_LBA_FORMATS = 1 << 15;

  /** OACS: Security Send and Receive. */
  public static final int OACS_SECURITY = 1;

  /** OACS: Format NVM. */
  public static final int OACS_FORMAT = 1 << 1;

  /** OACS: Firmware Commit and Image Download. */
  public static final int OACS_FIRMWARE = 1 << 2;

  /** OACS: Namespace Management and Attachment. */
  public static final int OACS_NAMESPACE_MANAGEMENT = 1 << 3;

  /** OACS: Device Self-test. */
  public static final int OACS_SELF_TEST = 1 << 4;

  /** OACS: directives. */
  public static final int OACS_DIRECTIVES = 1 << 5;

  /** OACS: Get LBA Status. */
  public static final int OACS_GET_LBA_STATUS = 1 << 9;

  /** OACS: Lockdown. */
  public static final int OACS_LOCKDOWN = 1 << 10;

  /** LPA: SMART log per namespace. */
  public static final int LPA_SMART_PER_NAMESPACE = 1;

  /** LPA: Commands Supported and Effects log. */
  public static final int LPA_EFFECTS = 1 << 1;

  /** LPA: 32-bit lengths and offsets in Get Log Page. */
  public static final int LPA_EXTENDED_DATA = 1 << 2;

  /** LPA: telemetry logs. */
  public static final int LPA_TELEMETRY = 1 << 3;

  /** LPA: persistent event log. */
  public static final int LPA_PERSISTENT_EVENT = 1 << 4;

  /** LPA: Supported Log Pages and the effects logs of features. */
  public static final int LPA_SUPPORTED_PAGES = 1 << 5;

  /** ANACAP: can report optimized. */
  public static final int ANACAP_OPTIMIZED = 1;

  /** ANACAP: can report non-optimized. */
  public static final int ANACAP_NON_OPTIMIZED = 1 << 1;

  /** ANACAP: can report inaccessible. */
  public static final int ANACAP_INACCESSIBLE = 1 << 2;

  /** ANACAP: can report persistent loss. */
  public static final int ANACAP_PERSISTENT_LOSS = 1 << 3;

  /** ANACAP: can report change. */
  public static final int ANACAP_CHANGE = 1 << 4;

  /** ANACAP: a namespace keeps its group while attached. */
  public static final int ANACAP_STABLE_GROUPS = 1 << 6;

  /** ANACAP: ANAGRPID is not 0 in Identify Namespace. */
  public static final int ANACAP_GROUP_IN_NAMESPACE = 1 << 7;

  /** ONCS: Compare. */
  public static final int ONCS_COMPARE = 1;

  /** ONCS: Write Uncorrectable. */
  public static final int ONCS_WRITE_UNCORRECTABLE = 1 << 1;

  /** ONCS: Dataset Management. */
  public static final int ONCS_DATASET_MANAGEMENT = 1 << 2;

  /** ONCS: Write Zeroes. */
  public static final int ONCS_WRITE_ZEROES = 1 << 3;

  /** ONCS: the save bit of Set Features and the select field of Get Features. */
  public static final int ONCS_SAVE_SELECT = 1 << 4;

  /** ONCS: reservations. */
  public static final int ONCS_RESERVATIONS = 1 << 5;

  /** ONCS: the Timestamp feature. */
  public static final int ONCS_TIMESTAMP = 1 << 6;

  /** ONCS: Verify. */
  public static final int ONCS_VERIFY = 1 << 7;

  /** ONCS: Copy. */
  public static final int ONCS_COPY = 1 << 8;

  /** FUSES: fused Compare and Write. */
  public static final int FUSES_COMPARE_AND_WRITE = 1;

  /** VWC: there is a volatile write cache, so Flush matters. */
  public static final int VWC_PRESENT = 1;

  /** VWC bits 2:1: Flush of all namespaces is refused. */
  public static final int VWC_FLUSH_ALL_NO = 2 << 1;

  /** VWC bits 2:1: Flush of all namespaces is obeyed. */
  public static final int VWC_FLUSH_ALL_YES = 3 << 1;

  /** SGLS bits 1:0: SGLs, without demands on alignment. */
  public static final int SGLS_SUPPORTED = 1;

  /** SGLS: keyed data blocks; never on TCP. */
  public static final int SGLS_KEYED = 1 << 2;

  /** SGLS: bit bucket descriptors. */
  public static final int SGLS_BIT_BUCKET = 1 << 16;

  /** SGLS: the address may be an offset into the capsule. */
  public static final int SGLS_OFFSET = 1 << 20;

  /** SGLS: transport data blocks. */
  public static final int SGLS_TRANSPORT = 1 << 21;

  /** OFCS: Disconnect. */
  public static final int OFCS_DISCONNECT = 1;

  private ControllerBits() {}
}
