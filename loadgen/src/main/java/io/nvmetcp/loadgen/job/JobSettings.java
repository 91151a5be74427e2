package io.nvmetcp.loadgen.job;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was said of a job so far, on top of what was said of all. */
final class JobSettings {
  private final Map<JobKey<?>, Object> values;
  private final Map<String, String> words = new LinkedHashMap<>();

  /** Nothing said. */
  JobSettings() {
    values = new HashMap<>();
  }

  /** Starts with the values of {@code defaults}; its words stay its own. */
  JobSettings(JobSettings defaults) {
    values = new HashMap<>(defaults.values);
  }

  /** A copy, words and all. */
  JobSettings copy() {
    var copy = new JobSettings(this);
    copy.words.putAll(words);
    return copy;
  }

  /**
   * Says a word.
   *
   * @param value its value, or null if the word stands alone
   */
  void say(Origin origin, String word, @Nullable String value) {
    JobWord row = JobWord.find(word);
    if (row == null) {
      throw origin.error(word, ForeignWords.whyNot(word));
    }
    if (value == null && !row.flag()) {
      throw origin.error(word, "a value is missing: " + row.help());
    }
    String text = value == null ? "1" : value.strip();
    try {
      values.put(row.key(), row.read(text));
    } catch (IllegalArgumentException e) {
      throw origin.error(word, String.valueOf(e.getMessage()));
    }
    words.put(row.word(), text);
  }

  Map<JobKey<?>, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /** The words said here, with their values, in order. */
  Map<String, String> words() {
    return Collections.unmodifiableMap(words);
  }
}
