package io.nvmetcp.target.schedule;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One policy and the commands it applies to.
 *
 * @param nsid only commands of this namespace; 0 is any
 * @param qid only commands of this I/O queue; 0 is any
 * @param policy in which order they leave
 */
public record ScheduleRule(int nsid, int qid, SchedulePolicy policy) {
  private static final String NAMESPACE = "ns";
  private static final String QUEUE = "queue";

  /** Checks the identifiers. */
  public ScheduleRule {
    if (nsid < 0 || qid < 0) {
      throw new IllegalArgumentException("namespace " + nsid + ", queue " + qid);
    }
  }

  /** A rule without conditions. */
  public static ScheduleRule forAll(SchedulePolicy policy) {
    return new ScheduleRule(0, 0, policy);
  }

  /** True if it applies to every command. */
  public boolean fitsAll() {
    return nsid == 0 && qid == 0;
  }

  static ScheduleRule parse(String text) {
    int equals = text.indexOf('=');
    SchedulePolicy policy = SchedulePolicy.parse(text.substring(equals + 1));
    if (equals < 0) {
      return forAll(policy);
    }
    String selector = text.substring(0, equals).trim().toLowerCase(Locale.ROOT);
    if (selector.startsWith(NAMESPACE)) {
      return new ScheduleRule(number(selector, NAMESPACE), 0, policy);
    }
    if (selector.startsWith(QUEUE)) {
      return new ScheduleRule(0, number(selector, QUEUE), policy);
    }
    throw notASelector(selector, null);
  }

  private static int number(String selector, String prefix) {
    try {
      int number = Integer.parseInt(selector.substring(prefix.length()));
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notASelector(selector, e);
    }
    throw notASelector(selector, null);
  }

  private static IllegalArgumentException notASelector(String selector, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "'%s' selects nothing: nsN or queueN, N from 1".formatted(selector), cause);
  }

  /** The rule as {@link Schedule#parse} takes it. */
  public String text() {
    String selector = nsid > 0 ? NAMESPACE + nsid + "=" : qid > 0 ? QUEUE + qid + "=" : "";
    return selector + policy.text();
  }
}
