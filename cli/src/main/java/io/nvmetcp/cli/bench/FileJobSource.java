package io.nvmetcp.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import io.nvmetcp.loadgen.job.JobSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Job files from the file system, variables from the environment. */
public final class FileJobSource implements JobSource {
  private static final long MOST_BYTES = 1 << 20;
  private static final int MEBIBYTE_SHIFT = 20;
  private static final int PAGE_BYTES = 4096;

  /** The only kind. */
  public FileJobSource() {}

  @Override
  public String read(String name, String relativeTo) throws IOException {
    try {
      Path file = relativeTo.isEmpty() ? Path.of(name) : Path.of(relativeTo).resolveSibling(name);
      if (Files.isDirectory(file)) {
        throw new IOException(name + " is a folder, not a job file");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException(name + " is larger than 1 MiB");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException(name + ": there is no such job file", e);
    } catch (MalformedInputException e) {
      throw new IOException(name + " is no text in UTF-8", e);
    } catch (InvalidPathException e) {
      throw new IOException("'" + name + "' can be no file", e);
    }
  }

  @Override
  public String variable(String name) {
    return switch (name) {
      case "ncpus" -> Integer.toString(Runtime.getRuntime().availableProcessors());
      case "pagesize" -> Integer.toString(PAGE_BYTES);
      case "mb_memory" ->
          Long.toString(
              ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize()
                  >> MEBIBYTE_SHIFT);
      default -> {
        String value = System.getenv(name);
        yield value == null ? "" : value;
      }
    };
  }
}
