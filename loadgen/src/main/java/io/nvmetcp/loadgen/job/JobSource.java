package io.nvmetcp.loadgen.job;

import java.io.IOException;

/** Where job files and what they ask for come from. */
public interface JobSource {
  /**
   * The text of a file.
   *
   * @param name as the user wrote it
   * @param relativeTo the file that includes it, or an empty string
   * @throws IOException if it cannot be read; the message names the file and says why
   */
  String read(String name, String relativeTo) throws IOException;

  /** The value of {@code ${NAME}} or of {@code $ncpus} and its like; empty if there is none. */
  String variable(String name);
}
