package io.nvmetcp.nvme;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * The SMART / Health Information log, 512 bytes (Base specification, section 5.16.1.3).
 *
 * <p>Ten counters have 128 bits. They are kept whole, as {@link BigInteger}: the page is read
 * rarely and by people, for whom one decimal number is more use than two halves, and no caller has
 * to remember which half comes first.
 *
 * @param criticalWarning one bit per warning, 0 if all is well
 * @param temperatureKelvin composite temperature
 * @param availableSparePercent spare capacity left
 * @param spareThresholdPercent below it a warning is due
 * @param usedPercent of the device's life, may exceed 100
 * @param enduranceGroupWarnings one bit per warning of any endurance group
 * @param dataUnitsRead thousands of 512-byte units, rounded up
 * @param dataUnitsWritten thousands of 512-byte units, rounded up
 * @param hostReads read commands completed
 * @param hostWrites write commands completed
 * @param busyMinutes minutes the controller was busy
 * @param powerCycles power cycles
 * @param powerOnHours hours powered on
 * @param unsafeShutdowns losses of power without a shutdown
 * @param mediaErrors errors of media and data integrity
 * @param errorLogEntries error log entries over the life of the controller
 * @param warningTemperatureMinutes spent above the warning threshold
 * @param criticalTemperatureMinutes spent above the critical threshold
 * @param sensorsKelvin temperatures of the eight sensors, 0 for one that is not there
 * @param throttle what was done about heat
 */
public record SmartLog(
    int criticalWarning,
    int temperatureKelvin,
    int availableSparePercent,
    int spareThresholdPercent,
    int usedPercent,
    int enduranceGroupWarnings,
    BigInteger dataUnitsRead,
    BigInteger dataUnitsWritten,
    BigInteger hostReads,
    BigInteger hostWrites,
    BigInteger busyMinutes,
    BigInteger powerCycles,
    BigInteger powerOnHours,
    BigInteger unsafeShutdowns,
    BigInteger mediaErrors,
    BigInteger errorLogEntries,
    long warningTemperatureMinutes,
    long criticalTemperatureMinutes,
    List<Integer> sensorsKelvin,
    Throttle throttle) {
  /** Size of the page. */
  public static final int BYTES = 512;

  /** Number of temperature sensors. */
  public static final int SENSORS = 8;

  /** Offset of the critical warnings. */
  public static final int CW = 0;

  /** Offset of the composite temperature, 16 bits and not aligned. */
  public static final int CTEMP = 1;

  /** Offset of the available spare. */
  public static final int AVSP = 3;

  /** Offset of the spare threshold. */
  public static final int AVSPT = 4;

  /** Offset of the percentage used. */
  public static final int PUSED = 5;

  /** Offset of the endurance groups' warnings. */
  public static final int EGCWS = 6;

  /** Offset of data units read, 128 bits. */
  public static final int DUR = 32;

  /** Offset of data units written, 128 bits. */
  public static final int DUW = 48;

  /** Offset of host read commands, 128 bits. */
  public static final int HRC = 64;

  /** Offset of host write commands, 128 bits. */
  public static final int HWC = 80;

  /** Offset of the busy time, 128 bits. */
  public static final int CBT = 96;

  /** Offset of power cycles, 128 bits. */
  public static final int PWRC = 112;

  /** Offset of power on hours, 128 bits. */
  public static final int POH = 128;

  /** Offset of unexpected power losses, 128 bits. */
  public static final int UPL = 144;

  /** Offset of media and data integrity errors, 128 bits. */
  public static final int MDIE = 160;

  /** Offset of the number of error log entries, 128 bits. */
  public static final int NEILE = 176;

  /** Offset of the minutes above the warning threshold. */
  public static final int WCTT = 192;

  /** Offset of the minutes above the critical threshold. */
  public static final int CCTT = 196;

  /** Offset of the first of eight temperature sensors, 16 bits each. */
  public static final int TSEN1 = 200;

  /** Offset of the transitions to thermal management temperature 1. */
  public static final int TMT1TC = 216;

  /** Offset of the transitions to thermal management temperature 2. */
  public static final int TMT2TC = 220;

  /** Offset of the seconds at thermal management temperature 1. */
  public static final int TTTMT1 = 224;

  /** Offset of the seconds at thermal management temperature 2. */
  public static final int TTTMT2 = 228;

  private static final WireFields FIELDS =
      new WireFields(
          BYTES, CW, 1, CTEMP, 2, AVSP, 1, AVSPT, 1, PUSED, 1, EGCWS, 1, WCTT, 4, CCTT, 4, TMT1TC,
          4, TMT2TC, 4, TTTMT1, 4, TTTMT2, 4);

  /**
   * How often the controller throttled itself to stay below a host's temperature limits, and for
   * how long.
   *
   * @param light times that it took the lighter measures
   * @param heavy times that it took the heavier ones
   * @param lightSeconds spent with the lighter measures
   * @param heavySeconds spent with the heavier ones
   */
  public record Throttle(long light, long heavy, long lightSeconds, long heavySeconds) {
    /** Never. */
    public static final Throttle NEVER = new Throttle(0, 0, 0, 0);
  }

  /** Checks the number of sensors and copies them. */
  public SmartLog {
    sensorsKelvin = List.copyOf(sensorsKelvin);
    if (sensorsKelvin.size() != SENSORS) {
      throw new IllegalArgumentException(sensorsKelvin.size() + " temperature sensors");
    }
  }

  /** A page of a device without temperature sensors; the counters are unsigned. */
  public SmartLog(
      int criticalWarning,
      int temperatureKelvin,
      int availableSparePercent,
      int spareThresholdPercent,
      int usedPercent,
      long dataUnitsRead,
      long dataUnitsWritten,
      long hostReads,
      long hostWrites,
      long busyMinutes,
      long powerCycles,
      long powerOnHours,
      long unsafeShutdowns,
      long mediaErrors,
      long errorLogEntries) {
    this(
        criticalWarning,
        temperatureKelvin,
        availableSparePercent,
        spareThresholdPercent,
        usedPercent,
        0,
        unsigned(dataUnitsRead),
        unsigned(dataUnitsWritten),
        unsigned(hostReads),
        unsigned(hostWrites),
        unsigned(busyMinutes),
        unsigned(powerCycles),
        unsigned(powerOnHours),
        unsigned(unsafeShutdowns),
        unsigned(mediaErrors),
        unsigned(errorLogEntries),
        0,
        0,
        List.of(0, 0, 0, 0, 0, 0, 0, 0),
        Throttle.NEVER);
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /** The page as it stands on the wire; reserved bytes are 0. */
  public byte[] encode() {
    byte[] b =
        FIELDS.encode(
            criticalWarning,
            temperatureKelvin,
            availableSparePercent,
            spareThresholdPercent,
            usedPercent,
            enduranceGroupWarnings,
            warningTemperatureMinutes,
            criticalTemperatureMinutes,
            throttle.light(),
            throttle.heavy(),
            throttle.lightSeconds(),
            throttle.heavySeconds());
    LittleEndian.put128(b, DUR, dataUnitsRead);
    LittleEndian.put128(b, DUW, dataUnitsWritten);
    LittleEndian.put128(b, HRC, hostReads);
    LittleEndian.put128(b, HWC, hostWrites);
    LittleEndian.put128(b, CBT, busyMinutes);
    LittleEndian.put128(b, PWRC, powerCycles);
    LittleEndian.put128(b, POH, powerOnHours);
    LittleEndian.put128(b, UPL, unsafeShutdowns);
    LittleEndian.put128(b, MDIE, mediaErrors);
    LittleEndian.put128(b, NEILE, errorLogEntries);
    for (int i = 0; i < SENSORS; i++) {
      LittleEndian.put16(b, TSEN1 + 2 * i, sensorsKelvin.get(i));
    }
    return b;
  }

  /** Reads the page. */
  public static SmartLog decode(byte[] b) {
    long[] v = FIELDS.decode(b, 0);
    List<Integer> sensors = new ArrayList<>();
    for (int i = 0; i < SENSORS; i++) {
      sensors.add(LittleEndian.u16(b, TSEN1 + 2 * i));
    }
    return new SmartLog(
        (int) v[0],
        (int) v[1],
        (int) v[2],
        (int) v[3],
        (int) v[4],
        (int) v[5],
        LittleEndian.u128(b, DUR),
        LittleEndian.u128(b, DUW),
        LittleEndian.u128(b, HRC),
        LittleEndian.u128(b, HWC),
        LittleEndian.u128(b, CBT),
        LittleEndian.u128(b, PWRC),
        LittleEndian.u128(b, POH),
        LittleEndian.u128(b, UPL),
        LittleEndian.u128(b, MDIE),
        LittleEndian.u128(b, NEILE),
        v[6],
        v[7],
        sensors,
        new Throttle(v[8], v[9], v[10], v[11]));
  }
}
