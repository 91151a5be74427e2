package io.nvmetcp.cli;

import com.sun.management.OperatingSystemMXBean;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.target.schedule.SchedulePolicy;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nvmetcp demo}: target and initiator against each other, every byte checked. */
@Command(
    name = "demo",
    description =
        "Starts a target on a loopback port that answers out of order, connects an initiator,"
            + " reads at random and checks every byte.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
final class DemoCommand implements Callable<Integer> {
  private static final int MAX_DEPTH = 4096;
  private static final long MAX_SIZE_BYTES = 1L << 34;
  private static final int MAX_IO_BYTES = 1 << 20;
  private static final long MAX_BUFFER_BYTES = 1L << 30;
  private static final int MEBIBYTE_SHIFT = 20;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long to read, all block sizes together (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--bs",
      paramLabel = "SIZE",
      split = ",",
      splitSynopsisLabel = ",",
      defaultValue = "4k,128k",
      converter = ByteSize.Converter.class,
      description = "Bytes of a read, each in turn (default: ${DEFAULT-VALUE}).")
  private List<ByteSize> blockSizes = List.of();

  @Option(
      names = "--iodepth",
      paramLabel = "N",
      defaultValue = "32",
      description = "Reads outstanding per queue (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Option(
      names = "--queues",
      paramLabel = "N",
      defaultValue = "2",
      description = "I/O queues, each on its own connection (default: ${DEFAULT-VALUE}).")
  private int queues;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "shuffle:8:1",
      converter = PolicyConverter.class,
      description =
          "Order of the target's responses: "
              + SchedulePolicy.FORMS
              + " (default: ${DEFAULT-VALUE}).")
  private SchedulePolicy policy = SchedulePolicy.parse("in-order");

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "socket",
      converter = DeviceConverter.class,
      description =
          "Placing device: none, socket[:threshold bytes] or"
              + " simulated[:seed][,max-io=bytes][,max-segments=number] (default:"
              + " ${DEFAULT-VALUE}).")
  private DeviceSpec device = DeviceSpec.SOCKET;

  @Option(
      names = "--teardown",
      paramLabel = "MODE",
      defaultValue = "lazy",
      description =
          "When buffers are unmapped: lazy, by the response, or eager, by the last byte (default:"
              + " ${DEFAULT-VALUE}).")
  private TeardownMode teardown = TeardownMode.LAZY;

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How often a read or write that failed, and may be repeated, is sent again (default:"
              + " ${DEFAULT-VALUE}).")
  private int retries;

  @Option(names = "--no-hdgst", description = "Header digests off.")
  private boolean noHeaderDigest;

  @Option(names = "--no-ddgst", description = "Data digests off.")
  private boolean noDataDigest;

  @Option(
      names = "--transport",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto, epoll, io_uring or nio (default: ${DEFAULT-VALUE}).")
  private TransportChoice transport = TransportChoice.AUTO;

  @Mixin private final CongestionOption congestion = new CongestionOption();

  @Option(
      names = "--file",
      paramLabel = "PATH",
      description =
          "Serve this regular file as second namespace, read-only; what is read is compared with"
              + " the file itself.")
  private @Nullable Path file;

  @Option(
      names = "--write",
      description = "Let --file be overwritten with generated content first.")
  private boolean write;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "64m",
      converter = ByteSize.Converter.class,
      description = "Size of a namespace that is made for the demo (default: ${DEFAULT-VALUE}).")
  private ByteSize size = new ByteSize(0);

  @Option(
      names = "--block-size",
      paramLabel = "BYTES",
      defaultValue = "4096",
      description = "Logical block size, 512 or 4096 (default: ${DEFAULT-VALUE}).")
  private int blockBytes;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Loopback port of the target, 0 for a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides content and order of reads (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    DemoSettings settings = settings();
    boolean terminal = !json && System.console() != null && System.console().isTerminal();
    return new Demo(settings, json ? System.err : System.out, terminal).run(json);
  }

  private DemoSettings settings() {
    check(seconds >= 1 && seconds <= 86_400, "--seconds", "1 to 86400", seconds);
    check(depth >= 1 && depth <= MAX_DEPTH, "--iodepth", "1 to " + MAX_DEPTH, depth);
    check(queues >= 1 && queues <= 64, "--queues", "1 to 64", queues);
    check(blockBytes == 512 || blockBytes == 4096, "--block-size", "512 or 4096", blockBytes);
    check(retries >= 0 && retries <= 1000, "--retries", "0 to 1000", retries);
    check(port >= 0 && port <= 65_535, "--port", "0 to 65535", port);
    if (size.bytes() < blockBytes
        || size.bytes() > MAX_SIZE_BYTES
        || size.bytes() % blockBytes != 0) {
      throw usage(
          "--size: %s is not a multiple of the block of %d bytes, up to 16 GiB"
              .formatted(size, blockBytes));
    }
    if (blockSizes.isEmpty()) {
      throw usage("--bs: at least one size");
    }
    // The namespace in memory, and what each of the two must hold.
    long machineBytes = machineBytes();
    if (size.bytes() > machineBytes / 2 / 3) {
      throw usage(
          "--size: %s needs three times as much memory, more than half of this machine's %s"
              .formatted(size, new ByteSize(machineBytes)));
    }
    for (ByteSize bs : blockSizes) {
      if (bs.bytes() * depth * queues > MAX_BUFFER_BYTES) {
        throw usage(
            "--bs: %d queues of %d reads of %s need more than %s of buffers"
                .formatted(queues, depth, bs, new ByteSize(MAX_BUFFER_BYTES)));
      }
      if (bs.bytes() < blockBytes || bs.bytes() > MAX_IO_BYTES || bs.bytes() % blockBytes != 0) {
        throw usage(
            "--bs: %s is not a multiple of the block of %d bytes, up to 1 MiB"
                .formatted(bs, blockBytes));
      }
      if (bs.bytes() > size.bytes()) {
        throw usage("--bs: %s is larger than a namespace of %s".formatted(bs, size));
      }
    }
    if (write && file == null) {
      throw usage("--write goes with --file");
    }
    Path path = file;
    if (path != null) {
      String wrong = FileCheck.whatIsWrong(path, blockBytes, blockSizes, write);
      if (wrong != null) {
        throw usage("--file: " + wrong);
      }
    }
    return new DemoSettings(
        Duration.ofSeconds(seconds),
        blockSizes.stream().map(bs -> (int) bs.bytes()).toList(),
        depth,
        queues,
        policy,
        device,
        teardown,
        retries,
        !noHeaderDigest,
        !noDataDigest,
        transport,
        congestion.nameOrNone(),
        path,
        write,
        size.bytes(),
        blockBytes,
        port,
        seed);
  }

  // Rounded to whole MiB, for people.
  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
        >> MEBIBYTE_SHIFT
        << MEBIBYTE_SHIFT;
  }

  private void check(boolean right, String option, String range, int value) {
    if (!right) {
      throw usage("%s: %s, not %d".formatted(option, range, value));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Reads a policy. */
  static final class PolicyConverter implements ITypeConverter<SchedulePolicy> {
    @Override
    public SchedulePolicy convert(String text) {
      try {
        return SchedulePolicy.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Reads a device. */
  static final class DeviceConverter implements ITypeConverter<DeviceSpec> {
    @Override
    public DeviceSpec convert(String text) {
      try {
        return DeviceSpec.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
