package io.nvmetcp.e2e.bench;

import io.nvmetcp.initiator.InitiatorOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * NVMe/TCP against two {@link BareStream}s, of which one sends the same buffer over and over and
 * the other has as much memory to move as NVMe/TCP has: one process, the same event loops,
 * transport, sizes and depths; device {@code socket}, answers in order, a memory namespace. Reads
 * and writes, digests off and on, one queue and two, those in both {@link Placement}s. The stream
 * of one buffer judges.
 *
 * <p>Options as system properties: {@code sessions} (3), each with connections of its own, of
 * {@code rounds} (7), {@code millis} (80) per run, {@code only} (cases whose name holds this),
 * {@code congestion} (see {@link Congestion}), {@code json} (a file).
 */
public final class SpeedBenchmark {
  private static final String BARE = "bare";
  private static final String BARE_MEMORY = "bareOverMemory";
  private static final String PLAIN = "plain";
  private static final String DIGESTS = "digests";
  private static final String POLLING = "polling";
  private static final String POLLING_BOTH = "pollingBoth";
  private static final String BARE_AWAKE = "bareAwake";
  private static final double MOST_POLLED_MICROS = 15;
  private static final double MOST_HEAP_BYTES = 64;

  /**
   * One row.
   *
   * @param least of the bare stream's operations, as the plain contender should reach them
   * @param digestsLeast of the plain contender's, with digests on
   * @param placement where the event loops of two queues are
   */
  private record Case(
      String name,
      int size,
      int depth,
      int queues,
      boolean writes,
      double least,
      double digestsLeast,
      Placement placement) {
    Case at(Placement placed) {
      return new Case(
          name + placed.suffix(), size, depth, queues, writes, least, digestsLeast, placed);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("read 4 KiB x 1", 4 << 10, 1, 1, false, 1 / 1.5, 0, Placement.FREE),
          new Case("read 4 KiB x 32", 4 << 10, 32, 1, false, 0.6, 0.85, Placement.FREE),
          new Case("read 4 KiB x 128", 4 << 10, 128, 1, false, 0.4, 0.85, Placement.FREE),
          new Case("read 128 KiB x 32", 128 << 10, 32, 1, false, 0.85, 0.9, Placement.FREE),
          new Case("write 128 KiB x 32", 128 << 10, 32, 1, true, 0.8, 0.9, Placement.FREE),
          new Case("read 4 KiB x 32, two queues", 4 << 10, 32, 2, false, 0.6, 0.85, Placement.FREE),
          new Case(
              "read 4 KiB x 128, two queues", 4 << 10, 128, 2, false, 0.4, 0.85, Placement.FREE),
          new Case(
              "read 128 KiB x 32, two queues", 128 << 10, 32, 2, false, 0.85, 0.9, Placement.FREE),
          new Case(
              "write 128 KiB x 32, two queues", 128 << 10, 32, 2, true, 0.8, 0.9, Placement.FREE));

  private SpeedBenchmark() {}

  /** Runs the benchmark and prints a table. */
  public static void main(String[] args) throws Exception {
    JsonObject report =
        run(
            Integer.getInteger("sessions", 3),
            Integer.getInteger("rounds", 7),
            Long.getLong("millis", 80),
            System.getProperty("only", ""),
            BenchTarget.NAMESPACE_BYTES);
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), report.encodePrettily());
    }
  }

  static JsonObject run(int sessions, int rounds, long millis, String only, long namespaceBytes)
      throws Exception {
    JsonArray rows = new JsonArray();
    Scorecard scorecard =
        new Scorecard(
            "load",
            "bare stream",
            "over memory",
            "NVMe/TCP",
            "to bare",
            "to over memory",
            "with digests",
            "to without",
            "CPU per I/O",
            "heap per I/O");
    List<Case> cases = CASES.stream().filter(one -> one.name().contains(only)).toList();
    System.out.printf(
        "%-44s %12s %12s %12s %22s %22s %12s %22s%n",
        "",
        "bare /s",
        "memory /s",
        "plain /s",
        "plain to bare",
        "plain to memory",
        "digests /s",
        "digests to plain");
    JsonObject report = new JsonObject();
    for (int queues = 1; queues <= 2; queues++) {
      int wanted = queues;
      List<Case> here = cases.stream().filter(one -> one.queues() == wanted).toList();
      if (here.isEmpty()) {
        continue;
      }
      try (BenchTarget target = BenchTarget.steady(queues, namespaceBytes)) {
        for (Case one : here) {
          if (one.depth() == 1) {
            try (BenchTarget polling = BenchTarget.polling(namespaceBytes)) {
              rows.add(
                  measure(
                      target, polling, scorecard, one, sessions, rounds, millis, namespaceBytes));
            }
          } else {
            for (Placement placement : target.placements()) {
              rows.add(
                  measure(
                      target,
                      target,
                      scorecard,
                      one.at(placement),
                      sessions,
                      rounds,
                      millis,
                      namespaceBytes));
            }
          }
        }
        report = target.report(rows);
      }
    }
    System.out.print(scorecard.text());
    return report.put("verdicts", scorecard.json());
  }

  private static JsonObject measure(
      BenchTarget target,
      BenchTarget awake,
      Scorecard scorecard,
      Case one,
      int sessions,
      int rounds,
      long millis,
      long namespaceBytes)
      throws Exception {
    SideBySide contest = new SideBySide();
    double futureBytes = 0;
    for (int session = 0; session < sessions; session++) {
      try (BareStream stream =
              new BareStream(target.serverVertx(), target.clientVertx(), one.size(), one.writes());
          BareStream memory =
              BareStream.overMemory(
                  target.serverVertx(),
                  target.clientVertx(),
                  one.size(),
                  one.writes(),
                  namespaceBytes);
          BenchHost plain = host(target, one);
          BenchHost digests =
              host(target, options(one).setHeaderDigest(true).setDataDigest(true), plain);
          BenchHost polling = host(target, options(one).setPolling(true), plain);
          BenchHost pollingBoth = host(awake, options(one).setPolling(true), plain)) {
        contest
            .add(BARE, time -> stream.run(one.queues(), one.depth(), time, one.placement()))
            .add(BARE_MEMORY, time -> memory.run(one.queues(), one.depth(), time, one.placement()))
            .add(PLAIN, placed(target, plain, one))
            .add(DIGESTS, placed(target, digests, one));
        if (one.depth() == 1) {
          contest
              .add(POLLING, time -> load(polling, one, time))
              .add(POLLING_BOTH, time -> load(pollingBoth, one, time))
              .add(BARE_AWAKE, time -> bareAwake(target, stream, one, time));
        }
        contest.run(rounds, millis);
        futureBytes = plain.futureHeapBytes();
      }
    }
    return row(contest, scorecard, one, sessions * rounds, futureBytes);
  }

  private static SideBySide.Contender placed(BenchTarget target, BenchHost host, Case one)
      throws Exception {
    if (one.placement() == Placement.FREE) {
      return time -> load(host, one, time);
    }
    List<Placement.Ends> ends = host.ends(target.serverVertx());
    return time -> {
      one.placement().place(ends);
      return load(host, one, time);
    };
  }

  private static Measurement load(BenchHost host, Case one, long millis) throws Exception {
    return one.writes() ? host.writes(millis) : host.reads(millis);
  }

  // What a round trip takes if nobody has to be woken up.
  private static Measurement bareAwake(BenchTarget target, BareStream stream, Case one, long millis)
      throws Exception {
    try (WakefulLoop _ = target.keepServerAwake();
        WakefulLoop _ = target.keepClientAwake()) {
      return stream.run(one.queues(), one.depth(), millis, one.placement());
    }
  }

  private static JsonObject row(
      SideBySide contest, Scorecard scorecard, Case one, int rounds, double futureBytes) {
    Statistics.Median toBare = contest.ratio(PLAIN, BARE, Measurement::perSecond);
    Statistics.Median toMemory = contest.ratio(PLAIN, BARE_MEMORY, Measurement::perSecond);
    Statistics.Median toPlain = contest.ratio(DIGESTS, PLAIN, Measurement::perSecond);
    System.out.printf(
        Locale.ROOT,
        "%-44s %,12.0f %,12.0f %,12.0f %22s %22s %,12.0f %22s%n",
        one.name(),
        contest.median(BARE, Measurement::perSecond),
        contest.median(BARE_MEMORY, Measurement::perSecond),
        contest.median(PLAIN, Measurement::perSecond),
        toBare,
        toMemory,
        contest.median(DIGESTS, Measurement::perSecond),
        toPlain);
    List<Bound> bounds = new ArrayList<>();
    if (one.least() > 0) {
      bounds.add(Bound.atLeast("plain to bare", toBare, one.least()));
    }
    if (one.digestsLeast() > 0) {
      bounds.add(Bound.atLeast("digests to plain", toPlain, one.digestsLeast()));
    }
    Statistics.Median heap =
        Statistics.interval(
            contest.values(PLAIN, Measurement::heapBytes).stream()
                .map(bytes -> bytes - futureBytes)
                .toList());
    if (!one.writes()) {
      bounds.add(Bound.atMost("heap per read beyond the caller's Future", heap, MOST_HEAP_BYTES));
    }
    scorecard.line(
        one.name(),
        perSecond(contest, BARE),
        perSecond(contest, BARE_MEMORY),
        perSecond(contest, PLAIN),
        toBare.toString(),
        toMemory.toString(),
        perSecond(contest, DIGESTS),
        toPlain.toString(),
        String.format(Locale.ROOT, "%.1f µs", contest.median(PLAIN, Measurement::cpuNanos) / 1e3),
        String.format(Locale.ROOT, "%.0f B", heap.value()));
    JsonObject row = new JsonObject();
    if (one.depth() == 1) {
      Statistics.Median both = micros(contest, POLLING_BOTH);
      System.out.printf(
          Locale.ROOT,
          "         us each: bare %s, plain %s, the host polls %s, both %s, bare and both awake %s%n",
          micros(contest, BARE),
          micros(contest, PLAIN),
          micros(contest, POLLING),
          both,
          micros(contest, BARE_AWAKE));
      polledLine(scorecard, contest, POLLING, "read 4 KiB x 1, the host polls");
      polledLine(scorecard, contest, POLLING_BOTH, "read 4 KiB x 1, both ends poll");
      bounds.add(Bound.atMost("us of a read for which both ends poll", both, MOST_POLLED_MICROS));
      row.put(POLLING, figures(contest, POLLING))
          .put("pollingMicros", micros(contest, POLLING).json())
          .put("pollingBothMicros", both.json())
          .put("bareAwakeMicros", micros(contest, BARE_AWAKE).json());
    }
    return row.put("name", one.name())
        .put("blockBytes", one.size())
        .put("depth", one.depth())
        .put("queues", one.queues())
        .put("placement", one.placement().name().toLowerCase(Locale.ROOT))
        .put("writes", one.writes())
        .put("rounds", rounds)
        .put("plainToBare", toBare.json())
        .put("plainToBareOverMemory", toMemory.json())
        .put("digestsToPlain", toPlain.json())
        .put(BARE, figures(contest, BARE))
        .put(BARE_MEMORY, figures(contest, BARE_MEMORY))
        .put(PLAIN, figures(contest, PLAIN))
        .put(DIGESTS, figures(contest, DIGESTS))
        .put("futureHeapBytes", futureBytes)
        .put("heapBytesBeyondFuture", heap.json())
        .put("bounds", scorecard.judge(one.name(), bounds));
  }

  // Beside a bare stream of which neither end sleeps.
  private static void polledLine(
      Scorecard scorecard, SideBySide contest, String name, String title) {
    scorecard.line(
        title,
        perSecond(contest, BARE_AWAKE) + " awake",
        "",
        perSecond(contest, name),
        contest.ratio(name, BARE_AWAKE, Measurement::perSecond)
            + ", "
            + micros(contest, name)
            + " µs each",
        "",
        "",
        "",
        "",
        "");
  }

  private static String perSecond(SideBySide contest, String name) {
    return String.format(Locale.ROOT, "%,.0f /s", contest.median(name, Measurement::perSecond));
  }

  // Of one at a time.
  private static Statistics.Median micros(SideBySide contest, String name) {
    return Statistics.interval(
        contest.values(name, Measurement::perSecond).stream().map(rate -> 1e6 / rate).toList());
  }

  private static JsonObject figures(SideBySide contest, String name) {
    return new JsonObject()
        .put("perSecond", contest.median(name, Measurement::perSecond))
        .put("cpuNs", contest.median(name, Measurement::cpuNanos))
        .put("heapBytes", contest.median(name, Measurement::heapBytes));
  }

  private static InitiatorOptions options(Case one) {
    return new InitiatorOptions().setIoQueues(one.queues());
  }

  private static BenchHost host(BenchTarget target, Case one) throws Exception {
    return new BenchHost(
        target.clientVertx(), target.address(), options(one), one.depth(), one.size(), false);
  }

  private static BenchHost host(BenchTarget target, InitiatorOptions options, BenchHost beside)
      throws Exception {
    return new BenchHost(target.clientVertx(), target.address(), options, beside);
  }
}
