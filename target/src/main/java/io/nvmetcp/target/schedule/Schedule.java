package io.nvmetcp.target.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which policy applies to what: rules for responses and rules for requests for data (R2T). Of each
 * kind the first rule that fits a command counts; a command that none fits is served in order. Each
 * rule has a state of its own on each connection, so each queue of a host is reordered in itself.
 *
 * @param responses rules for responses
 * @param requests rules for R2Ts
 */
public record Schedule(List<ScheduleRule> responses, List<ScheduleRule> requests) {
  /** What {@link #parse} takes, for messages and help. */
  public static final String FORMS =
      "[r2t:][nsN=|queueN=]POLICY, several separated by ';', the first that fits counts";

  /** Everything in order. */
  public static final Schedule IN_ORDER = new Schedule(List.of(), List.of());

  private static final String REQUESTS = "r2t:";

  /** Checks that every rule can come to bear. */
  public Schedule {
    responses = List.copyOf(responses);
    requests = List.copyOf(requests);
    check(responses);
    check(requests);
  }

  /** One policy for all responses. */
  public static Schedule of(SchedulePolicy policy) {
    return new Schedule(List.of(ScheduleRule.forAll(policy)), List.of());
  }

  /**
   * Reads rules as {@code ns1=reverse:4;queue2=shuffle:8:7;r2t:small-first;in-order}.
   *
   * @throws IllegalArgumentException naming what is wrong and what is accepted
   */
  public static Schedule parse(String text) {
    List<ScheduleRule> responses = new ArrayList<>();
    List<ScheduleRule> requests = new ArrayList<>();
    for (String part : text.split(";", -1)) {
      String rule = part.trim();
      if (rule.regionMatches(true, 0, REQUESTS, 0, REQUESTS.length())) {
        requests.add(ScheduleRule.parse(rule.substring(REQUESTS.length())));
      } else {
        responses.add(ScheduleRule.parse(rule));
      }
    }
    return new Schedule(responses, requests);
  }

  private static void check(List<ScheduleRule> rules) {
    for (int i = 0; i < rules.size() - 1; i++) {
      if (rules.get(i).fitsAll()) {
        throw new IllegalArgumentException(
            "rule '%s' never applies: '%s' before it fits everything"
                .formatted(rules.get(i + 1).text(), rules.get(i).text()));
      }
    }
  }

  /** The rules as {@link #parse} takes them. */
  public String text() {
    String all =
        Stream.concat(
                responses.stream().map(ScheduleRule::text),
                requests.stream().map(rule -> REQUESTS + rule.text()))
            .collect(Collectors.joining(";"));
    return all.isEmpty() ? "in-order" : all;
  }
}
