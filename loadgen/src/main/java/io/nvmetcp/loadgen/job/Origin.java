package io.nvmetcp.loadgen.job;

/**
 * Where a word stands.
 *
 * @param file name of the job file, or an empty string for the command line
 * @param line line in the file, from 1
 */
record Origin(String file, int line) {
  static final Origin COMMAND_LINE = new Origin("", 0);

  JobSyntaxException error(String word, String reason) {
    if (file.isEmpty()) {
      return new JobSyntaxException("--" + word, reason);
    }
    return new JobSyntaxException(
        file + ":" + line, word.isEmpty() ? reason : word + ": " + reason);
  }
}
