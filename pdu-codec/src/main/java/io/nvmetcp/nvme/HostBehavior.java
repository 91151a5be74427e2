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

  private static final WireFields FIELDS =
      new WireFields(BYTES, ACRE, 1, ETDAS, 1, LBAFEE, 1, HDISNS, 1, CDFE, 2);

  /** The data; reserved bytes are 0. */
  public byte[] encode() {
    return FIELDS.encode(
        retryDelays, extendedTelemetry, extendedLbaFormats, dispersedNamespaces, copyFormats);
  }

  /** Reads the data. */
  public static HostBehavior decode(byte[] b) {
    long[] v = FIELDS.decode(b, 0);
    return new HostBehavior((int) v[0], (int) v[1], (int) v[2], (int) v[3], (int) v[4]);
  }
}
