package io.nvmetcp.cli;

import io.nvmetcp.cli.host.FeatureText;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.initiator.FeatureValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nvmetcp get-feature}: the value of a feature of a controller. */
@Command(
    name = "get-feature",
    description = "Prints the value of a feature.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer = HostCommand.EXIT_CODES)
final class GetFeatureCommand extends SubsystemCommand {
  @Option(
      names = {"-f", "--feature-id"},
      paramLabel = "ID",
      required = true,
      converter = NumberConverter.class,
      description = "The feature, as 7 or 0x0f.")
  private long feature;

  @Option(
      names = "--sel",
      paramLabel = "SELECT",
      defaultValue = "0",
      description =
          "Which value: 0 current, 1 default, 2 saved, 3 what can be done with it (default:"
              + " ${DEFAULT-VALUE}).")
  private int select;

  @Option(
      names = "--namespace-id",
      paramLabel = "ID",
      defaultValue = "0",
      converter = NumberConverter.class,
      description = "The namespace, of a feature that each has for itself.")
  private long namespaceId;

  @Option(
      names = {"-c", "--cdw11"},
      paramLabel = "VALUE",
      defaultValue = "0",
      converter = NumberConverter.class,
      description = "Command dword 11 (default: ${DEFAULT-VALUE}).")
  private long dword11;

  @Option(
      names = {"-l", "--data-len"},
      paramLabel = "BYTES",
      description = "Bytes of the feature's data (default: those of a feature that is known).")
  private @Nullable Integer dataBytes;

  @Option(
      names = {"-H", "--human-readable"},
      description = "Say what the value means.")
  private boolean readable;

  @Override
  void check() {
    if (feature < 0 || feature > 0xFF) {
      throw usage("--feature-id: 0 to 0xff, not " + feature);
    }
    if (select < 0 || select > 3) {
      throw usage("--sel: 0 to 3, not " + select);
    }
    if (namespaceId < 0 || namespaceId > 0xFFFF_FFFFL) {
      throw usage("--namespace-id: 0 to 0xffffffff, not " + namespaceId);
    }
    if (dword11 < 0 || dword11 > 0xFFFF_FFFFL) {
      throw usage("--cdw11: 0 to 0xffffffff, not " + dword11);
    }
    Integer bytes = dataBytes;
    if (bytes != null && (bytes < 0 || bytes > 1 << 20)) {
      throw usage("--data-len: 0 to 1 MiB, not " + bytes);
    }
  }

  @Override
  int run(HostSession session) throws IOException {
    Integer bytes = dataBytes;
    int data = bytes == null ? FeatureValue.dataBytes((int) feature) : bytes;
    FeatureValue value =
        HostSession.await(
            connect(session).admin().getFeature((int) feature, select, namespaceId, dword11, data));
    print(
        FeatureText.text((int) feature, select, value, readable),
        FeatureText.json((int) feature, select, value));
    return 0;
  }
}
