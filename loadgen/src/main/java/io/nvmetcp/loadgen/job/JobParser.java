package io.nvmetcp.loadgen.job;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads jobs from the words of a command line, as fio does: {@code --name} begins a job, words
 * before the first one hold for all, and what is no word is a job file.
 */
public final class JobParser {
  private static final String GLOBAL = "global";

  private final JobSource source;
  private final JobSettings defaults = new JobSettings();
  private final List<JobSpec> jobs = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private final Set<String> sections = new HashSet<>();
  private @Nullable JobSettings current;
  private String name = "";

  private JobParser(JobSource source) {
    this.source = source;
  }

  /**
   * Reads jobs.
   *
   * @param words {@code --word=value}, {@code --word value}, {@code --flag} and names of job files
   * @param unnamed name of the only job, if there are words, no name and no file
   * @throws JobSyntaxException if anything is wrong, with its place
   */
  public static JobList parse(List<String> words, String unnamed, JobSource source) {
    var parser = new JobParser(source);
    parser.read(words);
    return parser.list(unnamed);
  }

  private void read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String token = words.get(i);
      if (!token.startsWith("--")) {
        if (token.startsWith("-")) {
          throw new JobSyntaxException(token, "there is no such option");
        }
        files.add(token);
        continue;
      }
      int equals = token.indexOf('=');
      String word = token.substring(2, equals < 0 ? token.length() : equals);
      String value = equals < 0 ? null : token.substring(equals + 1);
      if (value == null && takesNext(word, words, i + 1)) {
        value = words.get(++i);
      }
      say(word, value);
    }
    endJob();
  }

  private static boolean takesNext(String word, List<String> words, int next) {
    if (next == words.size()) {
      return false;
    }
    JobWord row = JobWord.find(word);
    if (row != null && row.flag()) {
      // A job file may follow a flag; its value does only if it looks like one.
      return words.get(next).equals("0") || words.get(next).equals("1");
    }
    return (row != null || word.equals("name") || word.equals("section"))
        && !words.get(next).startsWith("--");
  }

  private void say(String word, @Nullable String value) {
    switch (word) {
      case "name" -> {
        endJob();
        name = required(word, value);
        current = name.equals(GLOBAL) ? null : new JobSettings(defaults);
      }
      case "section" -> sections.add(required(word, value));
      default -> {
        JobSettings job = current;
        (job == null ? defaults : job).say(Origin.COMMAND_LINE, word, value);
      }
    }
  }

  private static String required(String word, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw Origin.COMMAND_LINE.error(word, "a name is missing");
    }
    return value.strip();
  }

  private void endJob() {
    JobSettings ended = current;
    current = null;
    if (ended != null) {
      jobs.add(JobSpec.of(name, ended, defaults, "job '" + name + "'"));
    }
  }

  private JobList list(String unnamed) {
    for (String file : files) {
      jobs.addAll(new JobFile(source, defaults, sections).read(file, !jobs.isEmpty()));
    }
    if (jobs.isEmpty()) {
      jobs.add(JobSpec.of(unnamed, defaults, new JobSettings(), ""));
    }
    return new JobList(jobs);
  }
}
