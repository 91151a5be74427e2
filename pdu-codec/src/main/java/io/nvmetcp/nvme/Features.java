package io.nvmetcp.nvme;

/**
 * Values of features that are one dword: dword 11 of Set Features and dword 0 of the completion of
 * Get Features (Base specification 5.27.1). Reserved bits are written as 0.
 */
public final class Features {
  private Features() {}

  /**
   * Arbitration (5.27.1.1).
   *
   * @param burst AB: 2^n commands, 7 is no limit
   * @param lowWeight LPW, 0-based
   * @param mediumWeight MPW, 0-based
   * @param highWeight HPW, 0-based
   */
  public record Arbitration(int burst, int lowWeight, int mediumWeight, int highWeight) {
    /** The dword. */
    public int encode() {
      return (burst & 0x7)
          | (lowWeight & 0xFF) << 8
          | (mediumWeight & 0xFF) << 16
          | (highWeight & 0xFF) << 24;
    }

    /** Reads the dword. */
    public static Arbitration decode(int dword) {
      return new Arbitration(
          dword & 0x7, dword >>> 8 & 0xFF, dword >>> 16 & 0xFF, dword >>> 24 & 0xFF);
    }
  }

  /**
   * Temperature threshold (5.27.1.3).
   *
   * @param kelvin TMPTH
   * @param sensor TMPSEL: 0 composite, 1 to 8 a sensor, 15 all of them (set only)
   * @param under THSEL: an event is due below the threshold, not above it
   * @param hysteresisKelvin TMPTHH
   */
  public record TemperatureThreshold(int kelvin, int sensor, boolean under, int hysteresisKelvin) {
    /** The dword. */
    public int encode() {
      return (kelvin & 0xFFFF)
          | (sensor & 0xF) << 16
          | bit(under, 20)
          | (hysteresisKelvin & 0x7) << 22;
    }

    /** Reads the dword. */
    public static TemperatureThreshold decode(int dword) {
      return new TemperatureThreshold(
          dword & 0xFFFF, dword >>> 16 & 0xF, isSet(dword, 20), dword >>> 22 & 0x7);
    }
  }

  /**
   * Error recovery (NVM command set specification 4.1.3.2).
   *
   * @param timeoutUnits TLER: time limit in units of 100 ms, 0 is none
   * @param deallocatedError DULBE: reading a deallocated block is an error
   */
  public record ErrorRecovery(int timeoutUnits, boolean deallocatedError) {
    /** The dword. */
    public int encode() {
      return (timeoutUnits & 0xFFFF) | bit(deallocatedError, 16);
    }

    /** Reads the dword. */
    public static ErrorRecovery decode(int dword) {
      return new ErrorRecovery(dword & 0xFFFF, isSet(dword, 16));
    }
  }

  /**
   * Volatile write cache (5.27.1.4).
   *
   * @param enabled WCE
   */
  public record VolatileWriteCache(boolean enabled) {
    /** The dword. */
    public int encode() {
      return bit(enabled, 0);
    }

    /** Reads the dword. */
    public static VolatileWriteCache decode(int dword) {
      return new VolatileWriteCache(isSet(dword, 0));
    }
  }

  /**
   * Number of queues (5.27.1.5): I/O queues asked for, and granted in the completion.
   *
   * @param submission NSQR or NSQA, counted from 1 here and from 0 on the wire
   * @param completion NCQR or NCQA, likewise
   */
  public record NumberOfQueues(int submission, int completion) {
    /** Most queues that may be asked for: FFFFh is refused with <em>Invalid Field</em>. */
    public static final int MAX_QUEUES = 0xFFFF;

    /** The dword. */
    public int encode() {
      return (submission - 1 & 0xFFFF) | (completion - 1 & 0xFFFF) << 16;
    }

    /** Reads the dword. */
    public static NumberOfQueues decode(int dword) {
      return new NumberOfQueues((dword & 0xFFFF) + 1, (dword >>> 16) + 1);
    }
  }

  /**
   * Write atomicity normal (NVM command set specification 4.1.3.3).
   *
   * @param disabled DN: AWUN and NAWUN need not be kept
   */
  public record WriteAtomicity(boolean disabled) {
    /** The dword. */
    public int encode() {
      return bit(disabled, 0);
    }

    /** Reads the dword. */
    public static WriteAtomicity decode(int dword) {
      return new WriteAtomicity(isSet(dword, 0));
    }
  }

  /**
   * Asynchronous event configuration (5.27.1.8); the notices' bits are those of OAES.
   *
   * @param healthWarnings one bit per critical warning of the {@link SmartLog}
   * @param notices bits 31:8 as {@link AsyncEvents} names them
   */
  public record AsyncEventConfiguration(int healthWarnings, int notices) {
    /** The dword. */
    public int encode() {
      return (healthWarnings & 0xFF) | (notices & ~0xFF);
    }

    /** Reads the dword. */
    public static AsyncEventConfiguration decode(int dword) {
      return new AsyncEventConfiguration(dword & 0xFF, dword & ~0xFF);
    }

    /** True if the host wants to hear of this notice, a bit of {@link AsyncEvents}. */
    public boolean wants(int notice) {
      return (notices & notice) != 0;
    }
  }

  /** Bits of optional events, in OAES and in {@link AsyncEventConfiguration}. */
  public static final class AsyncEvents {
    /** Namespace attribute notices. */
    public static final int NAMESPACE_ATTRIBUTES = 1 << 8;

    /** Firmware activation notices. */
    public static final int FIRMWARE_ACTIVATION = 1 << 9;

    /** Telemetry log notices; in the configuration only. */
    public static final int TELEMETRY = 1 << 10;

    /** Asymmetric namespace access change notices. */
    public static final int ANA_CHANGE = 1 << 11;

    /** Predictable latency event aggregate log change notices. */
    public static final int PREDICTABLE_LATENCY = 1 << 12;

    /** LBA status information alert notices. */
    public static final int LBA_STATUS = 1 << 13;

    /** Endurance group event aggregate log change notices. */
    public static final int ENDURANCE_GROUP = 1 << 14;

    /** Normal NVM subsystem shutdown events. */
    public static final int SUBSYSTEM_SHUTDOWN = 1 << 15;

    /** Zone descriptor changed notices. */
    public static final int ZONE_DESCRIPTORS = 1 << 27;

    /** Discovery log page change notices. */
    public static final int DISCOVERY = 1 << 31;

    private AsyncEvents() {}
  }

  /**
   * Keep alive timer (5.27.1.12).
   *
   * @param timeoutMs KATO in milliseconds, 0 is off; unsigned 32 bits
   */
  public record KeepAlive(long timeoutMs) {
    /** The dword. */
    public int encode() {
      return (int) timeoutMs;
    }

    /** Reads the dword. */
    public static KeepAlive decode(int dword) {
      return new KeepAlive(Integer.toUnsignedLong(dword));
    }

    /**
     * The time in force at a controller with this granularity: KATO rounded up to a multiple of KAS
     * units of 100 ms.
     */
    public long effectiveMs(int kasUnits) {
      long granularityMs = Math.max(1, kasUnits * 100L);
      return (timeoutMs + granularityMs - 1) / granularityMs * granularityMs;
    }
  }

  /**
   * I/O command set profile (5.27.1.21).
   *
   * @param combination IOCSCI: a vector of {@link CommandSets}
   */
  public record CommandSetProfile(int combination) {
    /** The dword. */
    public int encode() {
      return combination & 0x1FF;
    }

    /** Reads the dword. */
    public static CommandSetProfile decode(int dword) {
      return new CommandSetProfile(dword & 0x1FF);
    }
  }

  /**
   * Reservation notification mask (5.27.1.25): a set bit keeps the host from hearing of the event.
   *
   * @param registrationPreempted REGPRE
   * @param reservationReleased RESREL
   * @param reservationPreempted RESPRE
   */
  public record ReservationMask(
      boolean registrationPreempted, boolean reservationReleased, boolean reservationPreempted) {
    /** The dword. */
    public int encode() {
      return bit(registrationPreempted, 1)
          | bit(reservationReleased, 2)
          | bit(reservationPreempted, 3);
    }

    /** Reads the dword. */
    public static ReservationMask decode(int dword) {
      return new ReservationMask(isSet(dword, 1), isSet(dword, 2), isSet(dword, 3));
    }
  }

  /**
   * Reservation persistence (5.27.1.26).
   *
   * @param throughPowerLoss PTPL: registrants and reservation survive a loss of power
   */
  public record ReservationPersistence(boolean throughPowerLoss) {
    /** The dword. */
    public int encode() {
      return bit(throughPowerLoss, 0);
    }

    /** Reads the dword. */
    public static ReservationPersistence decode(int dword) {
      return new ReservationPersistence(isSet(dword, 0));
    }
  }

  /**
   * Namespace write protection config (5.27.1.27).
   *
   * @param state WPS: 0 none, 1 write protect, 2 until power cycle, 3 permanent
   */
  public record WriteProtection(int state) {
    /** The dword. */
    public int encode() {
      return state & 0x7;
    }

    /** Reads the dword. */
    public static WriteProtection decode(int dword) {
      return new WriteProtection(dword & 0x7);
    }
  }

  private static int bit(boolean value, int at) {
    return value ? 1 << at : 0;
  }

  private static boolean isSet(int value, int at) {
    return (value >>> at & 1) != 0;
  }
}
