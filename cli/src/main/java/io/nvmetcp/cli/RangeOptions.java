package io.nvmetcp.cli;

import io.nvmetcp.initiator.Namespace;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which blocks: nvme-cli's names, of which the short {@code -s} is the port's here. */
final class RangeOptions {
  @Option(
      names = "--start-block",
      paramLabel = "LBA",
      defaultValue = "0",
      converter = NumberConverter.class,
      description = "The first block (default: ${DEFAULT-VALUE}).")
  private long startBlock;

  @Option(
      names = {"-c", "--block-count"},
      paramLabel = "N",
      converter = NumberConverter.class,
      description = "How many blocks, less one, as nvme-cli counts: 0 is one block.")
  private @Nullable Long blockCount;

  @Option(
      names = {"-z", "--data-size"},
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      description = "How many bytes, instead: 4096, 4k, 64m.")
  private @Nullable ByteSize dataSize;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The first block. */
  long startBlock() {
    return startBlock;
  }

  /** Refuses what can be seen to be wrong without a namespace. */
  void check() {
    if (blockCount != null && dataSize != null) {
      throw usage("--block-count and --data-size say the same: give one of them");
    }
    if (blockCount != null && blockCount < 0) {
      throw usage("--block-count: 0 or more, not " + blockCount);
    }
    if (startBlock < 0) {
      throw usage("--start-block: 0 or more, not " + startBlock);
    }
    ByteSize size = dataSize;
    if (size != null && size.bytes() == 0) {
      throw usage("--data-size: at least one block, not 0");
    }
  }

  /** True if the options say how many. */
  boolean isBounded() {
    return blockCount != null || dataSize != null;
  }

  /** How many blocks, if the options say so. */
  OptionalLong blocks(Namespace namespace) {
    Long count = blockCount;
    if (count != null) {
      return OptionalLong.of(count == Long.MAX_VALUE ? count : count + 1);
    }
    ByteSize size = dataSize;
    if (size == null) {
      return OptionalLong.empty();
    }
    if (size.bytes() % namespace.blockBytes() != 0) {
      throw usage(
          "--data-size: %s is not a multiple of the block of %d bytes"
              .formatted(size, namespace.blockBytes()));
    }
    return OptionalLong.of(size.bytes() / namespace.blockBytes());
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
