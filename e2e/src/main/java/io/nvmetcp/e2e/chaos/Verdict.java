package io.nvmetcp.e2e.chaos;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Judges the results of loads, one after the other. */
final class Verdict {
  private final List<String> problems = new ArrayList<>();
  private final JsonArray rounds = new JsonArray();
  private long checkedBlocks;

  /**
   * Judges one.
   *
   * @param result what {@code bench} says in JSON
   * @param disturbed commands may have been lost
   */
  void judge(JsonObject result, boolean disturbed) {
    JsonObject own = result.getJsonObject("nvmetcp");
    JsonObject commands = own.getJsonObject("commands");
    if (commands.getLong("submitted") != commands.getLong("completed") + commands.getLong("lost")) {
      problem("the initiator's commands do not add up: " + commands.encode());
    }
    if (own.getBoolean("partial")) {
      problem("it was cut short: " + own.getString("target_gone"));
    }
    JsonArray jobs = result.getJsonArray("jobs");
    for (int i = 0; i < jobs.size(); i++) {
      judgeJob(jobs.getJsonObject(i), disturbed);
    }
  }

  private void judgeJob(JsonObject job, boolean disturbed) {
    JsonObject own = job.getJsonObject("nvmetcp");
    JsonObject outcomes = own.getJsonObject("outcomes");
    JsonObject verification = own.getJsonObject("verification");
    String name = job.getString("jobname");
    long sent = outcomes.getLong("sent");
    long succeeded = outcomes.getLong("succeeded");
    long failed = outcomes.getLong("failed");
    long unknown = outcomes.getLong("unknown");
    long neverSent = outcomes.getLong("never_sent");
    long wrong = verification.getLong("wrong_blocks");
    long checked = verification.getLong("checked_blocks");
    if (succeeded + failed + unknown + neverSent != sent) {
      problem(name + ": commands without an outcome, or with two: " + outcomes.encode());
    }
    if (failed > 0) {
      problem(name + ": the target failed commands: " + outcomes.encode());
    }
    if (wrong > 0) {
      problem(name + ": " + verification.getJsonArray("findings").encode());
    } else if (job.getInteger("error") != 0) {
      problem(name + ": " + own.getString("error"));
    }
    if (!disturbed && succeeded < sent) {
      problem(name + ": failures in fair weather: " + outcomes.encode());
    }
    checkedBlocks += checked;
    rounds.add(
        new JsonObject().put("job", name).put("outcomes", outcomes).put("checkedBlocks", checked));
    System.out.printf(
        "  %s: %d sent, %d succeeded, %d unknown, %d never sent; %d blocks checked, %d wrong%n",
        name, sent, succeeded, unknown, neverSent, checked, wrong);
  }

  void problem(String what) {
    problems.add(what);
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What was judged, a job each. */
  JsonArray rounds() {
    return rounds.copy();
  }

  long checkedBlocks() {
    return checkedBlocks;
  }
}
