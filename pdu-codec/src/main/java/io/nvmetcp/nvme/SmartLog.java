package io.nvmetcp.nvme;

/**
 * The SMART / Health Information log, 512 bytes (Base specification, section 5.16.1.3). The 128-bit
 * counters are kept to their lower 64 bits.
 *
 * @param criticalWarning one bit per warning, 0 if all is well
 * @param temperatureKelvin composite temperature
 * @param availableSparePercent spare capacity left
 * @param spareThresholdPercent below it a warning is due
 * @param usedPercent of the device's life, may exceed 100
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
 */
public record SmartLog(
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
  /** Size of the page. */
  public static final int BYTES = 512;

  /** The page as it stands on the wire. */
  public byte[] encode() {
    byte[] b = new byte[BYTES];
    LittleEndian.put8(b, 0, criticalWarning);
    LittleEndian.put16(b, 1, temperatureKelvin);
    LittleEndian.put8(b, 3, availableSparePercent);
    LittleEndian.put8(b, 4, spareThresholdPercent);
    LittleEndian.put8(b, 5, usedPercent);
    LittleEndian.put64(b, 32, dataUnitsRead);
    LittleEndian.put64(b, 48, dataUnitsWritten);
    LittleEndian.put64(b, 64, hostReads);
    LittleEndian.put64(b, 80, hostWrites);
    LittleEndian.put64(b, 96, busyMinutes);
    LittleEndian.put64(b, 112, powerCycles);
    LittleEndian.put64(b, 128, powerOnHours);
    LittleEndian.put64(b, 144, unsafeShutdowns);
    LittleEndian.put64(b, 160, mediaErrors);
    LittleEndian.put64(b, 176, errorLogEntries);
    return b;
  }

  /** Reads the page. */
  public static SmartLog decode(byte[] b) {
    return new SmartLog(
        LittleEndian.u8(b, 0),
        LittleEndian.u16(b, 1),
        LittleEndian.u8(b, 3),
        LittleEndian.u8(b, 4),
        LittleEndian.u8(b, 5),
        LittleEndian.i64(b, 32),
        LittleEndian.i64(b, 48),
        LittleEndian.i64(b, 64),
        LittleEndian.i64(b, 80),
        LittleEndian.i64(b, 96),
        LittleEndian.i64(b, 112),
        LittleEndian.i64(b, 128),
        LittleEndian.i64(b, 144),
        LittleEndian.i64(b, 160),
        LittleEndian.i64(b, 176));
  }
}
