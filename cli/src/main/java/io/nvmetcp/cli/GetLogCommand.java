package io.nvmetcp.cli;

import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.LogText;
import io.nvmetcp.initiator.LogPage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp get-log}: a log page of a controller. */
@Command(
    name = "get-log",
    description = "Prints a log page: what it says if this program knows the page, else its bytes.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class GetLogCommand extends SubsystemCommand {
  @Option(
      names = "--log-id",
      paramLabel = "ID",
      required = true,
      converter = NumberConverter.class,
      description = "The page, as 2 or 0x70.")
  private long logId;

  @Option(
      names = {"-l", "--log-len"},
      paramLabel = "BYTES",
      converter = NumberConverter.class,
      description = "How much, a multiple of 4 (default: all of a page whose size is known).")
  private @Nullable Long length;

  @Option(
      names = "--namespace-id",
      paramLabel = "ID",
      defaultValue = "0xffffffff",
      converter = NumberConverter.class,
      description = "The namespace it is about (default: all, ${DEFAULT-VALUE}).")
  private long namespaceId;

  @Option(
      names = {"-O", "--lpo"},
      paramLabel = "OFFSET",
      defaultValue = "0",
      converter = NumberConverter.class,
      description = "Where to begin, in bytes, a multiple of 4 (default: ${DEFAULT-VALUE}).")
  private long offset;

  @Option(
      names = "--lsp",
      paramLabel = "FIELD",
      defaultValue = "0",
      description = "Log specific field (default: ${DEFAULT-VALUE}).")
  private int specificField;

  @Option(
      names = {"-S", "--lsi"},
      paramLabel = "FIELD",
      defaultValue = "0",
      description = "Log specific identifier (default: ${DEFAULT-VALUE}).")
  private int specificIdentifier;

  @Option(
      names = {"-r", "--rae"},
      description = "Let the event that the page belongs to stay pending.")
  private boolean retain;

  @Option(
      names = {"-b", "--raw-binary"},
      description = "Write the bytes to standard output.")
  private boolean raw;

  private @Nullable LogPage page;

  @Override
  void check() {
    if (logId < 0 || logId > 0xFF) {
      throw usage("--log-id: 0 to 0xff, not " + logId);
    }
    long usual = LogText.usualBytes((int) logId);
    Long asked = length;
    if (asked == null && usual == 0) {
      throw usage("--log-len: page 0x%x has no size that is known: say how much".formatted(logId));
    }
    long bytes = asked == null ? usual : asked;
    try {
      page =
          new LogPage((int) logId, Math.toIntExact(bytes))
              .setNamespaceId(namespaceId)
              .setOffset(offset)
              .setSpecificField(specificField)
              .setSpecificIdentifier(specificIdentifier)
              .setRetainEvent(retain);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  @Override
  int run(HostSession session) throws IOException {
    LogPage wanted = page;
    if (wanted == null) {
      throw new IllegalStateException("nothing was checked");
    }
    byte[] bytes = HostSession.await(connect(session).admin().logPage(wanted));
    if (raw) {
      System.out.write(bytes, 0, bytes.length);
      checkOutput(System.out);
    } else {
      boolean whole = offset == 0 && bytes.length >= LogText.usualBytes((int) logId);
      print(LogText.text((int) logId, bytes, whole), LogText.json((int) logId, bytes, whole));
    }
    return 0;
  }
}
