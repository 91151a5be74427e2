package io.nvmetcp.nvme;

/** What Identify may ask for (CNS, Base specification section 5.17). */
public final class Cns {
  /** Identify Namespace data structure. */
  public static final int NAMESPACE = 0x00;

  /** Identify Controller data structure. */
  public static final int CONTROLLER = 0x01;

  /** Active namespace list: up to 1024 identifiers above CDW1.NSID. */
  public static final int ACTIVE_NAMESPACES = 0x02;

  /** Namespace identification descriptors. */
  public static final int NAMESPACE_DESCRIPTORS = 0x03;

  /** NVM set list. */
  public static final int NVM_SETS = 0x04;

  /** Namespace structure of one command set, see {@link IdentifyNvmNamespace}. */
  public static final int COMMAND_SET_NAMESPACE = 0x05;

  /** Controller structure of one command set, see {@link IdentifyNvmController}. */
  public static final int COMMAND_SET_CONTROLLER = 0x06;

  /** Active namespace list of one command set. */
  public static final int COMMAND_SET_ACTIVE_NAMESPACES = 0x07;

  /**
   * Namespace structure independent of the command set, see {@link IdentifyIndependentNamespace}.
   */
  public static final int INDEPENDENT_NAMESPACE = 0x08;

  /** Allocated namespace list: up to 1024 identifiers above CDW1.NSID. */
  public static final int ALLOCATED_NAMESPACES = 0x10;

  /** Identify Namespace data structure of an allocated namespace. */
  public static final int ALLOCATED_NAMESPACE = 0x11;

  /** Controllers attached to the namespace, see {@link ControllerList}. */
  public static final int ATTACHED_CONTROLLERS = 0x12;

  /** Controllers of the subsystem, see {@link ControllerList}. */
  public static final int CONTROLLERS = 0x13;

  /** Primary controller capabilities. */
  public static final int PRIMARY_CONTROLLER = 0x14;

  /** Secondary controller list. */
  public static final int SECONDARY_CONTROLLERS = 0x15;

  /** Namespace granularity list. */
  public static final int NAMESPACE_GRANULARITY = 0x16;

  /** UUID list. */
  public static final int UUIDS = 0x17;

  /** Domain list. */
  public static final int DOMAINS = 0x18;

  /** Endurance group list. */
  public static final int ENDURANCE_GROUPS = 0x19;

  /** Allocated namespace list of one command set. */
  public static final int COMMAND_SET_ALLOCATED_NAMESPACES = 0x1A;

  /** Namespace structure of one command set, of an allocated namespace. */
  public static final int COMMAND_SET_ALLOCATED_NAMESPACE = 0x1B;

  /** Command set combinations, see {@link CommandSets}. */
  public static final int COMMAND_SETS = 0x1C;

  /** Size of every Identify answer. */
  public static final int DATA_BYTES = 4096;

  private Cns() {}
}
