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

  /** Size of every Identify answer. */
  public static final int DATA_BYTES = 4096;

  private Cns() {}
}
