package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostIdentity;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a controller is, who asks for it and what is agreed: under nvme-cli's names. */
final class HostOptions {
  @Option(
      names = {"-t", "--transport"},
      paramLabel = "TYPE",
      defaultValue = "tcp",
      description = "The network: tcp is the only one (default: ${DEFAULT-VALUE}).")
  private String transport = "tcp";

  @Option(
      names = {"-a", "--traddr"},
      paramLabel = "ADDRESS",
      required = true,
      description = "Address or name of the controller.")
  private String address = "";

  @Option(
      names = {"-s", "--trsvcid"},
      paramLabel = "PORT",
      description = "TCP port (default: 4420, of a discovery service 8009).")
  private @Nullable Integer port;

  @Option(
      names = {"-q", "--hostnqn"},
      paramLabel = "NQN",
      description = "NQN of this host (default: that in /etc/nvme/hostnqn, else one at random).")
  private @Nullable String hostNqn;

  @Option(
      names = {"-I", "--hostid"},
      paramLabel = "UUID",
      description = "Identifier of this host (default: that in /etc/nvme/hostid, else at random).")
  private @Nullable UUID hostId;

  @Option(
      names = {"-i", "--nr-io-queues"},
      paramLabel = "N",
      defaultValue = "1",
      description = "I/O queues, each on its own connection (default: ${DEFAULT-VALUE}).")
  private int ioQueues;

  @Option(
      names = {"-Q", "--queue-size"},
      paramLabel = "N",
      defaultValue = "128",
      description = "Entries of an I/O queue, a power of two (default: ${DEFAULT-VALUE}).")
  private int queueEntries;

  @Option(
      names = {"-g", "--hdr-digest"},
      description = "Header digests on.")
  private boolean headerDigest;

  @Option(
      names = {"-G", "--data-digest"},
      description = "Data digests on.")
  private boolean dataDigest;

  @Mixin private final LifeOptions life = new LifeOptions();

  @Mixin private final CongestionOption congestion = new CongestionOption();

  @Option(
      names = "--connect-timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long connecting may take (default: ${DEFAULT-VALUE}).")
  private int connectSeconds;

  @Option(
      names = "--hpda",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Alignment asked for in data from the controller, (N + 1) x 4 bytes; 0 to 31, some refuse"
              + " any but 0 (default: ${DEFAULT-VALUE}).")
  private int hostDataAlignment;

  @Option(
      names = "--maxr2t",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Pieces of a write that may be asked for at a time, beyond the first; 0 to 63 (default:"
              + " ${DEFAULT-VALUE}).")
  private int maxR2t;

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How often a read or write that failed, and may be repeated, is sent again: 0 to 1000"
              + " (default: ${DEFAULT-VALUE}).")
  private int retries;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "socket",
      converter = DemoCommand.DeviceConverter.class,
      description =
          "Placing device: none, socket[:threshold bytes] or"
              + " simulated[:seed][,max-io=bytes][,max-segments=number] (default:"
              + " ${DEFAULT-VALUE}).")
  private DeviceSpec device = DeviceSpec.SOCKET;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The options of an initiator. */
  InitiatorOptions initiator() {
    if (!transport.equals("tcp")) {
      throw usage("--transport: tcp is the only one, not '" + transport + "'");
    }
    HostIdentity machine = HostIdentity.ofMachine();
    InitiatorOptions options = new InitiatorOptions();
    UUID id = hostId == null ? machine.id().orElse(null) : hostId;
    if (id != null) {
      options.setHostId(id);
    }
    String nqn = hostNqn;
    if (nqn == null && hostId == null) {
      nqn = machine.nqn().orElse(null);
    }
    String named = nqn;
    if (named != null) {
      set("--hostnqn", () -> options.setHostNqn(named));
    }
    set("--retries", () -> options.setRetries(retries));
    set("--nr-io-queues", () -> options.setIoQueues(ioQueues));
    set("--queue-size", () -> options.setQueueEntries(queueEntries));
    checked(
        () -> options.setKeepAliveMillis(life.keepAliveMillis()).setReconnect(life.reconnect()));
    set(
        "--connect-timeout",
        () -> options.setConnectTimeoutMillis(TimeUnit.SECONDS.toMillis(connectSeconds)));
    set("--hpda", () -> options.setHostDataAlignment(hostDataAlignment));
    set("--maxr2t", () -> options.setMaxR2t(maxR2t));
    options.setTcpCongestionControl(congestion.nameOrNone());
    return options.setHeaderDigest(headerDigest).setDataDigest(dataDigest).setDevice(device);
  }

  /** The subsystem of this name. */
  SubsystemAddress subsystem(String nqn) {
    return checked(
        () ->
            new SubsystemAddress(
                address, port == null ? SubsystemAddress.DEFAULT_PORT : port, nqn));
  }

  /** The discovery service. */
  DiscoveryAddress discovery() {
    return checked(
        () -> new DiscoveryAddress(address, port == null ? DiscoveryAddress.DEFAULT_PORT : port));
  }

  private <T> T checked(Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private void set(String option, Runnable setter) {
    try {
      setter.run();
    } catch (IllegalArgumentException e) {
      throw usage(option + ": " + e.getMessage());
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
