package io.nvmetcp.target.session;

/** What a session counts. */
public enum Counter {
  /** Command capsules taken, of every kind. */
  COMMANDS("commands", "commands"),
  /** Read commands completed successfully. */
  READS("reads", "commands"),
  /** Write commands completed successfully. */
  WRITES("writes", "commands"),
  /** Flush commands completed successfully. */
  FLUSHES("flushes", "commands"),
  /** Compare commands that found no difference, halves of fused ones included. */
  COMPARES("compares", "commands"),
  /** Write Zeroes commands completed successfully. */
  WRITE_ZEROES("writeZeroes", "commands"),
  /** Dataset Management commands completed successfully. */
  DATASET_MANAGEMENTS("datasetManagements", "commands"),
  /** Verify commands completed successfully. */
  VERIFIES("verifies", "commands"),
  /** Copy commands completed successfully. */
  COPIES("copies", "commands"),
  /** Data of reads handed to the wire. */
  BYTES_READ("bytesRead", "bytes"),
  /** Data of writes taken by a back end. */
  BYTES_WRITTEN("bytesWritten", "bytes"),
  /** Response capsules sent. */
  RESPONSES("responses", "PDUs"),
  /** C2HData PDUs sent. */
  DATA_PDUS("dataPdus", "PDUs"),
  /** Commands completed by the SUCCESS flag, without a capsule. */
  SUCCESS_FLAGS("successFlags", "commands"),
  /** Commands completed with a status other than success. */
  ERRORS("errors", "commands"),
  /** R2Ts sent. */
  R2TS("r2ts", "PDUs"),
  /** Writes whose data was collected in memory of the back end's own. */
  LENT_WRITES("lentWrites", "commands"),
  /** Data of hosts that was read from the socket to its place. */
  PLACED_BYTES("placedBytes", "bytes"),
  /** Data digests that software computed and compared. */
  DATA_DIGESTS("dataDigests", "PDUs"),
  /** Data digests that did not match. */
  DIGEST_ERRORS("digestErrors", "PDUs"),
  /** Runs of memory lent to the wire. */
  LEASES_TAKEN("leasesTaken", "leases"),
  /** Runs of memory that came back. */
  LEASES_RETURNED("leasesReturned", "leases"),
  /** Times that reading stopped because too many commands were outstanding. */
  STALLS("stalls", "times"),
  /** Times that reading stopped because the peer did not take its answers. */
  OUTPUT_STALLS("outputStalls", "times"),
  /** Times that reading stopped because a connection had its share of a turn. */
  TURNS_CUT("turnsCut", "times"),
  /** Connections ended by a fault without a report. */
  HANG_UPS("hangUps", "faults"),
  /** Faults reported as invalid PDU header field. */
  FES_1("fes1", "faults"),
  /** Faults reported as PDU sequence error. */
  FES_2("fes2", "faults"),
  /** Faults reported as header digest error. */
  FES_3("fes3", "faults"),
  /** Faults reported as data transfer out of range. */
  FES_4("fes4", "faults"),
  /** Faults reported as data transfer limit exceeded. */
  FES_5("fes5", "faults"),
  /** Faults reported as unsupported parameter. */
  FES_6("fes6", "faults");

  private final String label;
  private final String unit;

  Counter(String label, String unit) {
    this.label = label;
    this.unit = unit;
  }

  /** The counter of faults with this FES. */
  static Counter ofFes(int fes) {
    return values()[FES_1.ordinal() + fes - 1];
  }

  /** Name in reports. */
  public String label() {
    return label;
  }

  /** What is counted. */
  public String unit() {
    return unit;
  }
}
