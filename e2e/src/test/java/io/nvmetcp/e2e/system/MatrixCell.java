package io.nvmetcp.e2e.system;

import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.DeviceSpec.Kind;
import java.util.Locale;

/**
 * One combination of what the reorder matrix crosses.
 *
 * @param policy order of responses
 * @param device who places
 * @param teardown when mappings go
 * @param hdgst header digests
 * @param ddgst data digests
 * @param transport of both ends
 * @param blockBytes logical block
 * @param queues I/O queues
 */
record MatrixCell(
    String policy,
    String device,
    TeardownMode teardown,
    boolean hdgst,
    boolean ddgst,
    Transports transport,
    int blockBytes,
    int queues) {

  Kind kind() {
    return DeviceSpec.parse(device).kind();
  }

  String digests() {
    return (hdgst ? "H" : "-") + (ddgst ? "D" : "-");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-17s %-11s %-5s %s %-8s %4d %d",
        policy,
        device,
        teardown.name().toLowerCase(Locale.ROOT),
        digests(),
        transport.name().toLowerCase(Locale.ROOT),
        blockBytes,
        queues);
  }
}
