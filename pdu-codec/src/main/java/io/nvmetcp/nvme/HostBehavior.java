package io.nvmetcp.nvme;

/**
 * Data of the feature Host Behavior Support, 512 bytes (Base specification 5.27.1.18).
 *
 * @param retryDelays ACRE: the host obeys CRD in statuses, so they may be sent
 * @param extendedTelemetry ETDAS: telemetry data area 4
 * @param extendedLbaFormats LBAFEE: the host knows extended LBA formats
 * @param dispersedNamespaces HDISNS: the host knows dispersed namespaces
 * @param copyFormats CDFE: bit n enables copy descriptor format n, for n of 2 and above
 */
public record HostBehavior(
    int retryDelays,
    int extendedTelemetry,
    int extendedLbaFormats,
    int dispersedNamespaces,
    int copyFormats) {
  /** Size of the data. */
  public static final int BYTES = 512;

  /** Offset of ACRE. */
  public static final int ACRE = 0;

  /** Offset of ETDAS. */
  public static final int ETDAS = 1;

  /** Offset of LBAFEE. */
  public static final int LBAFEE = 2;

  /** Offset of HDISNS. */
  public static final int HDISNS = 3;

  /** Offset of CDFE. */
  public static final int CDFE = 4;

  /** The value in ACRE, ETDAS, LBAFEE and HDISNS that turns the behavior on; 0 is off. */
  public static final int ON = 1;

  /** The data; reserved bytes are 0. */
  public byte[] encode() {
    byte[] b = new byte[BYTES];
    LittleEndian.put8(b, ACRE, retryDelays);
    LittleEndian.put8(b, ETDAS, extendedTelemetry);
    LittleEndian.put8(b, LBAFEE, extendedLbaFormats);
    LittleEndian.put8(b, HDISNS, dispersedNamespaces);
    LittleEndian.put16(b, CDFE, copyFormats);
    return b;
  }

  /** Reads the data. */
  public static HostBehavior decode(byte[] b) {
    return new HostBehavior(
        LittleEndian.u8(b, ACRE),
        LittleEndian.u8(b, ETDAS),
        LittleEndian.u8(b, LBAFEE),
        LittleEndian.u8(b, HDISNS),
        LittleEndian.u16(b, CDFE));
  }
}
