package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.Printable;
import io.nvmetcp.cli.host.Sizes;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerInfo;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code nvmetcp connect-check}: connects, says what was agreed, and leaves. */
@Command(
    name = "connect-check",
    description = "Connects to a subsystem, says what was agreed, and disconnects.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class ConnectCheckCommand extends SubsystemCommand {
  @Override
  int run(HostSession session) throws IOException {
    long startedNs = System.nanoTime();
    Controller controller = connect(session);
    long connectedNs = System.nanoTime() - startedNs;
    ControllerInfo info = controller.info();
    print(text(controller, connectedNs), json(info, controller, connectedNs));
    return 0;
  }

  private String text(Controller controller, long connectedNs) {
    ControllerInfo info = controller.info();
    return """
        connected   %s in %s
        controller  %d: %s, serial %s, firmware %s
        namespaces  %d%s
        queues      %d of %d entries, SQ flow control %s
        digests     header %s, data %s
        limits      %s a command, %s in the capsule, MAXH2CDATA %s
        transport   %s, device %s
        """
        .formatted(
            nqn(),
            seconds(connectedNs),
            info.cntlid(),
            Printable.of(info.model()),
            Printable.of(info.serial()),
            Printable.of(info.firmware()),
            controller.namespaces().size(),
            controller.hasMoreNamespaces() ? " and more" : "",
            info.ioQueues(),
            info.queueEntries(),
            info.flowControlDisabled() ? "off" : "on",
            info.headerDigest() ? "on" : "off",
            info.dataDigest() ? "on" : "off",
            Sizes.binary(info.maxTransferBytes()),
            Sizes.binary(info.inCapsuleBytes()),
            Sizes.binary(info.maxH2cDataBytes()),
            TransportChoice.ofChannel(info.channel()),
            info.device());
  }

  private JsonObject json(ControllerInfo info, Controller controller, long connectedNs) {
    return new JsonObject()
        .put("subnqn", nqn())
        .put("connect_us", connectedNs / 1000)
        .put("cntlid", info.cntlid())
        .put("mn", info.model())
        .put("sn", info.serial())
        .put("fr", info.firmware())
        .put("namespaces", controller.namespaces().size())
        .put("more_namespaces", controller.hasMoreNamespaces())
        .put("io_queues", info.ioQueues())
        .put("queue_size", info.queueEntries())
        .put("sq_flow_control", !info.flowControlDisabled())
        .put("hdr_digest", info.headerDigest())
        .put("data_digest", info.dataDigest())
        .put("max_transfer_bytes", info.maxTransferBytes())
        .put("in_capsule_bytes", info.inCapsuleBytes())
        .put("max_h2c_data_bytes", info.maxH2cDataBytes())
        .put("transport", TransportChoice.ofChannel(info.channel()))
        .put("device", info.device());
  }
}
