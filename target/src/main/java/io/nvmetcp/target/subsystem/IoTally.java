package io.nvmetcp.target.subsystem;

/**
 * What queues have transferred.
 *
 * @param reads Read commands
 * @param writes Write commands
 * @param bytesRead data of reads
 * @param bytesWritten data of writes
 */
public record IoTally(long reads, long writes, long bytesRead, long bytesWritten) {
  /** Nothing. */
  public static final IoTally NONE = new IoTally(0, 0, 0, 0);

  IoTally plus(IoTally other) {
    return new IoTally(
        reads + other.reads,
        writes + other.writes,
        bytesRead + other.bytesRead,
        bytesWritten + other.bytesWritten);
  }
}
