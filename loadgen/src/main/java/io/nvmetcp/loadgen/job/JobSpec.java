package io.nvmetcp.loadgen.job;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** A job: a name and what was said of it. Immutable. */
public final class JobSpec {
  private final String name;
  private final Map<JobKey<?>, Object> values;
  private final Map<String, String> words;
  private final Map<String, String> globalWords;

  private JobSpec(
      String name,
      Map<JobKey<?>, Object> values,
      Map<String, String> words,
      Map<String, String> globalWords) {
    this.name = name;
    this.values = values;
    this.words = words;
    this.globalWords = globalWords;
  }

  /** Checks that the words go together. */
  static JobSpec of(String name, JobSettings settings, JobSettings global, String place) {
    var job =
        new JobSpec(
            name,
            Map.copyOf(settings.values()),
            new LinkedHashMap<>(settings.words()),
            new LinkedHashMap<>(global.words()));
    String wrong = JobChecks.whatIsWrong(job);
    if (wrong != null) {
      throw new JobSyntaxException(place, wrong);
    }
    return job;
  }

  /**
   * A job made in Java.
   *
   * @param words as in a job file: {@code "rw=randread", "bs=4k", "time_based"}
   * @throws JobSyntaxException if one is wrong
   */
  public static JobSpec of(String name, String... words) {
    var settings = new JobSettings();
    for (String word : words) {
      int equals = word.indexOf('=');
      settings.say(
          Origin.COMMAND_LINE,
          equals < 0 ? word : word.substring(0, equals),
          equals < 0 ? null : word.substring(equals + 1));
    }
    return of(name, settings, new JobSettings(), "job '" + name + "'");
  }

  /** The same job, waiting for all before it. */
  JobSpec stonewalled() {
    Map<JobKey<?>, Object> walled = new HashMap<>(values);
    walled.put(JobKey.STONEWALL, true);
    return new JobSpec(name, walled, words, globalWords);
  }

  /** The job's name. */
  public String name() {
    return name;
  }

  /** What was said of {@code key}, or its default. */
  @SuppressWarnings("unchecked") // JobWord's rows pair keys with forms of the same type
  public <T> T get(JobKey<T> key) {
    Object value = values.get(key);
    return value == null ? key.ifNotSaid() : (T) value;
  }

  /** The words said of this job alone, with their values, in order. */
  public Map<String, String> words() {
    return Collections.unmodifiableMap(words);
  }

  /** The words said of all jobs before this one. */
  public Map<String, String> globalWords() {
    return Collections.unmodifiableMap(globalWords);
  }

  @Override
  public String toString() {
    return name;
  }
}
