package io.nvmetcp.e2e.chaos;

import io.nvmetcp.e2e.proxy.TcpProxy;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Rounds of verified load through a bad network on a target that dies. Every other round is killed
 * too, and the next one goes on from the state it left. In the end the weather is fair, and
 * everything that was ever acknowledged and flushed is looked for.
 *
 * <p>Options as system properties: {@code seconds} (120), {@code seed} (of the time), {@code json}
 * (a file for what happened), {@code pages} (a folder for the reports of the rounds), {@code lies}
 * (the target's flushes do nothing: the run must find that and fail).
 */
public final class Chaos {
  private static final long FILE_BYTES = 48L << 20;
  private static final int MOST_ROUND_SECONDS = 20;
  private static final int LEAST_ROUND_SECONDS = 4;
  private static final int LOSS_SECONDS = 60;
  private static final int LEAST_LIFE_MILLIS = 2_500;
  private static final int MOST_LIFE_MILLIS = 10_000;
  private static final long START_SECONDS = 60;
  private static final long END_SECONDS = 180;
  private static final long CLOSE_SECONDS = 30;

  private static final String JOBS =
      """
      [global]
      verify=crc32c
      continue_on_error=io
      ddgst=1
      queues=2
      runtime=%d
      randseed=%d
      %s

      [writer]
      rw=randwrite
      bsrange=4k-64k
      iodepth=16
      size=24m
      fsync=32

      [mixed]
      rw=randrw
      bs=4k
      iodepth=8
      offset=24m
      size=24m
      fsync=16
      end_fsync=1
      """;

  private final long seconds;
  private final long seed;
  private final boolean lies;
  private final Path folder;
  private final SplittableRandom random;
  private final Verdict verdict = new Verdict();
  private boolean stateKnown;
  private int rounds;
  private int kills;

  private Chaos(long seconds, long seed, boolean lies, Path folder) {
    this.seconds = seconds;
    this.seed = seed;
    this.lies = lies;
    this.folder = folder;
    random = new SplittableRandom(seed);
  }

  /** Runs; exits with 1 if anything was wrong. */
  public static void main(String[] args) throws Exception {
    long seed = Long.getLong("seed", System.currentTimeMillis());
    Path folder = Files.createTempDirectory("nvmetcp-chaos-");
    JsonObject result;
    try {
      result = run(Long.getLong("seconds", 120), seed, Boolean.getBoolean("lies"), folder);
      keepPages(folder);
    } finally {
      delete(folder);
    }
    String json = System.getProperty("json");
    if (json != null) {
      Files.writeString(Path.of(json), result.encodePrettily());
    }
    JsonArray problems = result.getJsonArray("problems");
    problems.forEach(problem -> System.out.println("WRONG " + problem));
    System.out.println(problems.isEmpty() ? "RIGHT" : "seed " + seed);
    System.exit(problems.isEmpty() ? 0 : 1);
  }

  /**
   * Runs.
   *
   * @param seconds how long there is load; the last look and what starts come on top
   * @param seed decides everything but the time that things take
   * @param lies the target's flushes do nothing
   * @param folder empty; for files of this run
   * @return what happened, with {@code problems}, which should be empty
   */
  static JsonObject run(long seconds, long seed, boolean lies, Path folder) throws Exception {
    System.out.println("chaos for " + seconds + " s, seed " + seed);
    Vertx vertx = Vertx.vertx();
    try {
      return new Chaos(seconds, seed, lies, folder).run(vertx);
    } finally {
      vertx.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void keepPages(Path folder) throws IOException {
    String pages = System.getProperty("pages");
    if (pages != null) {
      Path kept = Files.createDirectories(Path.of(pages));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file :
            files.filter(each -> each.getFileName().toString().startsWith("round-")).toList()) {
          Files.copy(file, kept.resolve(file.getFileName().toString()));
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private JsonObject run(Vertx vertx) throws Exception {
    Path file = folder.resolve("namespace.img");
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(FILE_BYTES);
    }
    try (Victim victim = new Victim(file, new UUID(seed, 1), seed, lies)) {
      TcpProxy proxy =
          TcpProxy.start(vertx, victim.port(), seed).await(CLOSE_SECONDS, TimeUnit.SECONDS);
      var disasters = new Disasters(proxy, victim, seed);
      try {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
          round(proxy, victim, disasters, endNs - System.nanoTime());
        } while (System.nanoTime() - endNs < 0);
        disasters.over();
        lastLook(proxy);
      } finally {
        proxy.close().await(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
      return report(disasters, victim);
    }
  }

  private LoadProcess start(TcpProxy proxy, long roundSeconds, String mode) throws IOException {
    Path jobs = folder.resolve("jobs.fio");
    Files.writeString(jobs, JOBS.formatted(roundSeconds, seed, mode));
    rounds++;
    return LoadProcess.start(
        folder,
        folder.resolve("round-" + rounds + ".log"),
        List.of(
            "--target=127.0.0.1:" + proxy.port(),
            "--nqn=" + Victim.NQN,
            "--ctrl-loss-tmo=" + LOSS_SECONDS,
            "--reconnect-delay=1",
            "--report=" + folder.resolve("round-" + rounds + ".html"),
            stateKnown ? "--verify_state_load=1" : "--verify_state_save=1",
            jobs.toString()));
  }

  private void round(TcpProxy proxy, Victim victim, Disasters disasters, long leftNs)
      throws Exception {
    // The first connection is made in peace: a load that never began proves nothing.
    disasters.over();
    long roundSeconds =
        Math.clamp(TimeUnit.NANOSECONDS.toSeconds(leftNs), LEAST_ROUND_SECONDS, MOST_ROUND_SECONDS);
    try (LoadProcess load = start(proxy, roundSeconds, "time_based")) {
      awaitBegin(load);
      stateKnown = true;
      if (trouble(load, victim, disasters, roundSeconds)) {
        kills++;
        System.out.println("  the load was killed");
      } else {
        verdict.judge(load.result(), true);
      }
    }
  }

  // Until the load ends; true if it is to be killed, after the target has died.
  private boolean trouble(LoadProcess load, Victim victim, Disasters disasters, long roundSeconds)
      throws Exception {
    boolean killed = rounds % 2 == 1;
    int deaths = victim.deaths();
    long beginNs = System.nanoTime();
    long killNs =
        TimeUnit.MILLISECONDS.toNanos(random.nextInt(LEAST_LIFE_MILLIS, MOST_LIFE_MILLIS));
    while (load.alive()) {
      long passedNs = System.nanoTime() - beginNs;
      if (killed && passedNs >= killNs && victim.deaths() > deaths) {
        return true;
      }
      if (passedNs >= TimeUnit.SECONDS.toNanos(roundSeconds + END_SECONDS)) {
        throw new IOException("the load does not end");
      }
      disasters.next();
    }
    return false;
  }

  private void awaitBegin(LoadProcess load) throws Exception {
    long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!load.began()) {
      if (!load.alive()) {
        throw new IOException("the load ended before it began: " + load.result());
      }
      if (System.nanoTime() - limitNs >= 0) {
        throw new IOException("the load did not begin in " + START_SECONDS + " s");
      }
      Thread.sleep(20);
    }
  }

  // Everything that was ever written, in fair weather.
  private void lastLook(TcpProxy proxy) throws Exception {
    System.out.println("  the last look");
    long before = verdict.checkedBlocks();
    try (LoadProcess load = start(proxy, MOST_ROUND_SECONDS, "verify_only")) {
      verdict.judge(load.result(), false);
    }
    if (verdict.checkedBlocks() == before) {
      verdict.problem("the last look saw nothing");
    }
  }

  private JsonObject report(Disasters disasters, Victim victim) {
    var happened = new JsonObject();
    disasters.counts().forEach((kind, count) -> happened.put(kind.name(), count));
    List<String> problems = verdict.problems();
    System.out.printf(
        "%s; load killed %d times, target %d times; %,d blocks checked%n",
        disasters, kills, victim.deaths(), verdict.checkedBlocks());
    return new JsonObject()
        .put("seed", seed)
        .put("seconds", seconds)
        .put("disasters", happened)
        .put("loadKilled", kills)
        .put("targetKilled", victim.deaths())
        .put("checkedBlocks", verdict.checkedBlocks())
        .put("rounds", verdict.rounds())
        .put("problems", new JsonArray(new ArrayList<>(problems)));
  }
}
