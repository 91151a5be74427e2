package io.nvmetcp.loadgen.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a job file: sections in brackets, {@code word=value} or a word alone, {@code [global]} for
 * what holds for the sections below it, {@code include FILE}, comments from {@code #} or {@code ;}.
 */
final class JobFile {
  private static final String GLOBAL = "global";
  private static final String INCLUDE = "include ";
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int MOST_INCLUDES = 16;
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\{([^}]*)}|\\$(ncpus|mb_memory|pagesize)");

  private final JobSource source;
  private final Set<String> onlySections;
  private final List<JobSpec> jobs = new ArrayList<>();
  private JobSettings global;
  private @Nullable JobSettings section;
  private @Nullable String name;
  private Origin sectionOrigin = Origin.COMMAND_LINE;

  /**
   * @param defaults what holds for every job
   * @param onlySections the sections to read, or none for all
   */
  JobFile(JobSource source, JobSettings defaults, Set<String> onlySections) {
    this.source = source;
    global = defaults.copy();
    this.onlySections = onlySections;
  }

  /** The jobs of a file; the first waits for those of files before it if {@code stonewall}. */
  List<JobSpec> read(String file, boolean stonewall) {
    lines(file, text(file, "", null), 0);
    endSection();
    if (jobs.isEmpty()) {
      throw new JobSyntaxException(
          file, onlySections.isEmpty() ? "there is no job" : "there is no section " + onlySections);
    }
    return stonewall ? withStonewall() : jobs;
  }

  private List<JobSpec> withStonewall() {
    List<JobSpec> walled = new ArrayList<>(jobs);
    walled.set(0, walled.getFirst().stonewalled());
    return walled;
  }

  private String text(String file, String relativeTo, @Nullable Origin from) {
    try {
      String text = source.read(file, relativeTo);
      if (text.length() > MOST_CHARACTERS) {
        throw new IOException(file + " is larger than 1 MiB");
      }
      return text;
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      throw from == null ? new JobSyntaxException("", reason) : from.error("include", reason);
    }
  }

  private void lines(String file, String text, int includes) {
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = stripped(raw);
      if (!line.isEmpty()) {
        line(new Origin(file, number), line, includes);
      }
    }
  }

  private static String stripped(String raw) {
    String line = raw.startsWith("\uFEFF") ? raw.substring(1) : raw;
    int end = line.length();
    for (int i = 0; i < end; i++) {
      if (line.charAt(i) == ';' || line.charAt(i) == '#') {
        end = i;
      }
    }
    return line.substring(0, end).strip();
  }

  private void line(Origin origin, String line, int includes) {
    if (line.startsWith("[")) {
      if (!line.endsWith("]") || line.length() < 3) {
        throw origin.error("", "'" + line + "' is no section: write [name]");
      }
      if (includes > 0) {
        throw origin.error("", "a file that is included has no sections");
      }
      endSection();
      name = line.substring(1, line.length() - 1).strip();
      section = name.equals(GLOBAL) ? global : new JobSettings(global);
      sectionOrigin = origin;
      return;
    }
    JobSettings current = section;
    if (current == null) {
      throw origin.error("", "'" + line + "' stands before the first [section]");
    }
    if (line.startsWith(INCLUDE)) {
      if (includes >= MOST_INCLUDES) {
        throw origin.error("include", "files are included more than " + MOST_INCLUDES + " deep");
      }
      String included = line.substring(INCLUDE.length()).strip();
      lines(included, text(included, origin.file(), origin), includes + 1);
      return;
    }
    int equals = line.indexOf('=');
    String word = (equals < 0 ? line : line.substring(0, equals)).strip();
    String value = equals < 0 ? null : expanded(line.substring(equals + 1).strip());
    if (word.equals("name") && value != null) {
      name = value;
    } else {
      current.say(origin, word, value);
    }
  }

  private String expanded(String value) {
    return VARIABLE
        .matcher(value)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    source.variable(found.group(1) == null ? found.group(2) : found.group(1))));
  }

  private void endSection() {
    JobSettings ended = section;
    String called = name;
    section = null;
    name = null;
    if (ended == null || called == null || ended == global) {
      return;
    }
    if (onlySections.isEmpty() || onlySections.contains(called)) {
      String place = sectionOrigin.file() + ":" + sectionOrigin.line() + ": [" + called + "]";
      jobs.add(JobSpec.of(called, ended, global, place));
    }
  }
}
