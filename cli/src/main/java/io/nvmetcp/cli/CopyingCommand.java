package io.nvmetcp.cli;

import io.nvmetcp.cli.host.BlockCopier;
import io.nvmetcp.cli.host.ByteSource;
import io.nvmetcp.cli.host.Checksum;
import io.nvmetcp.cli.host.HostSession;
import io.nvmetcp.cli.host.ProgressBar;
import io.nvmetcp.cli.host.Sizes;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that moves blocks between a namespace and a file or a standard stream. */
abstract class CopyingCommand extends NamespaceCommand {
  /** The name of a standard stream. */
  static final String STREAM = "-";

  private static final int MAX_CHUNK_BYTES = 16 << 20;
  private static final int MAX_DEPTH = 256;

  @Mixin private final RangeOptions range = new RangeOptions();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "FILE",
      defaultValue = STREAM,
      description = "The file; - is the standard stream (default: ${DEFAULT-VALUE}).")
  private String file = STREAM;

  @Option(
      names = "--checksum",
      paramLabel = "KIND",
      defaultValue = "sha256",
      description =
          "Of the bytes that were moved: sha256, crc32c or none (default: ${DEFAULT-VALUE}).")
  private Checksum.Kind checksum = Checksum.Kind.SHA256;

  @Option(
      names = "--chunk",
      paramLabel = "SIZE",
      defaultValue = "1m",
      converter = ByteSize.Converter.class,
      description =
          "Bytes of a command, cut further if the controller takes less (default: ${DEFAULT-VALUE}).")
  private ByteSize chunk = new ByteSize(0);

  @Option(
      names = "--iodepth",
      paramLabel = "N",
      defaultValue = "8",
      description = "Commands under way at a time (default: ${DEFAULT-VALUE}).")
  private int depth;

  @Override
  void check() {
    range.check();
    if (chunk.bytes() < 512 || chunk.bytes() > MAX_CHUNK_BYTES) {
      throw usage("--chunk: 512 bytes to 16 MiB, not " + chunk);
    }
    if (depth < 1 || depth > MAX_DEPTH) {
      throw usage("--iodepth: 1 to " + MAX_DEPTH + ", not " + depth);
    }
  }

  String file() {
    return file;
  }

  boolean isStream() {
    return file.equals(STREAM);
  }

  RangeOptions range() {
    return range;
  }

  /** The file that bytes are taken from; a regular one is there and can be read. */
  ByteSource source() throws IOException {
    if (isStream()) {
      return ByteSource.stream(System.in);
    }
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      throw usage("--data: " + path + " does not exist");
    }
    if (Files.isDirectory(path)) {
      throw usage("--data: " + path + " is a folder");
    }
    if (!Files.isReadable(path)) {
      throw usage("--data: " + path + " cannot be read");
    }
    return ByteSource.file(path, Files.isRegularFile(path));
  }

  /** The range that a source of this size fills: refused if it does not, whole blocks, fit. */
  BlockRange range(Namespace namespace, ByteSource source) {
    long start = range.startBlock();
    OptionalLong asked = range.blocks(namespace);
    BlockRange room =
        range(namespace, start, asked.orElse(Math.max(1, namespace.blocks() - start)));
    if (source.size().isEmpty()) {
      return room;
    }
    long size = source.size().getAsLong();
    int blockBytes = namespace.blockBytes();
    if (asked.isPresent()) {
      long wanted = asked.getAsLong() * blockBytes;
      if (size < wanted) {
        throw usage(
            "--data: %s has %d bytes, fewer than the %d that are asked for"
                .formatted(source.name(), size, wanted));
      }
      return room;
    }
    if (size == 0 || size % blockBytes != 0) {
      throw usage(
          "--data: %s has %d bytes, which is no multiple of the block of %d bytes"
              .formatted(source.name(), size, blockBytes));
    }
    if (size > room.blocks() * blockBytes) {
      throw usage(
          "--data: %s has %d bytes, more than the %d that there is room for"
              .formatted(source.name(), size, room.blocks() * blockBytes));
    }
    return new BlockRange(start, size / blockBytes);
  }

  /** What is done with a copier. */
  interface Work {
    void run(BlockCopier copier) throws IOException;
  }

  /**
   * Does the work, with a progress bar where somebody watches, and says how it went.
   *
   * @param verb what is done, for people
   * @param known the size of the range is that of the work
   * @param out where the result is printed
   */
  void copy(
      HostSession session,
      Namespace namespace,
      BlockRange blocks,
      String verb,
      boolean known,
      PrintStream out,
      Work work)
      throws IOException {
    Checksum sum = Checksum.of(checksum);
    long startedNs = System.nanoTime();
    try (ProgressBar progress =
            new ProgressBar(
                System.err,
                Terminal.showsErrors(),
                verb,
                known ? blocks.blocks() * namespace.blockBytes() : 0,
                System::nanoTime);
        BlockCopier copier =
            new BlockCopier(
                session.initiator(),
                namespace,
                blocks,
                (int) Math.max(chunk.bytes(), namespace.blockBytes()),
                depth,
                sum,
                progress)) {
      work.run(copier);
      progress.wipe();
      report(copier.movedBytes(), namespace, blocks, verb, startedNs, sum, out);
    }
  }

  private void report(
      long bytes,
      Namespace namespace,
      BlockRange blocks,
      String verb,
      long startedNs,
      Checksum sum,
      PrintStream out)
      throws IOException {
    long nanos = System.nanoTime() - startedNs;
    String value = sum.value();
    String kind = checksum.name().toLowerCase(Locale.ROOT);
    String text =
        String.format(
            "%s %d bytes (%s), %d blocks at %d of namespace %d, in %s, %s/s%s%n",
            verb,
            bytes,
            Sizes.binary(bytes),
            bytes / namespace.blockBytes(),
            blocks.lba(),
            namespace.id(),
            seconds(nanos),
            Sizes.binary((long) (bytes / (Math.max(1, nanos) / 1e9))),
            value.isEmpty() ? "" : String.format("%n%s  %s", value, kind));
    JsonObject json =
        new JsonObject()
            .put("bytes", bytes)
            .put("blocks", bytes / namespace.blockBytes())
            .put("start_block", blocks.lba())
            .put("nsid", namespace.id())
            .put("seconds", nanos / 1e9);
    if (!value.isEmpty()) {
      json.put(kind, value);
    }
    printTo(out, text, json);
  }
}
