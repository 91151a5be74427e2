package io.nvmetcp.loadgen.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a file cannot be read or written, for people. */
public final class FileReason {
  private FileReason() {}

  /** The reason without the name of the file, with which Java's messages begin. */
  public static String of(Path file, IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(cause.getMessage()).replace(file + ": ", "");
    };
  }
}
