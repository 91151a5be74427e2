package io.nvmetcp.nvme;

/**
 * Field offsets of the Identify Namespace structure that does not depend on the command set, 4096
 * bytes (CNS 08h; Base specification 5.17.2.8).
 */
public final class IdentifyIndependentNamespace {
  /** Namespace features. */
  public static final int NSFEAT = 0;

  /** Namespace multi-path and sharing capabilities; bit 0: shared. */
  public static final int NMIC = 1;

  /** Reservation capabilities. */
  public static final int RESCAP = 2;

  /** Format progress indicator. */
  public static final int FPI = 3;

  /** ANA group identifier. */
  public static final int ANAGRPID = 4;

  /** Namespace attributes; bit 0: write protected. */
  public static final int NSATTR = 8;

  /** NVM set identifier. */
  public static final int NVMSETID = 10;

  /** Endurance group identifier. */
  public static final int ENDGID = 12;

  /** Namespace status; bit 0: ready. */
  public static final int NSTAT = 14;

  /** NSTAT bit 0: the namespace is ready. */
  public static final int NSTAT_READY = 1;

  private IdentifyIndependentNamespace() {}
}
