package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobList;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.JobSyntaxException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Runs a list of jobs: connects what they need, runs each row of them (a row ends at a stonewall),
 * and brings the results together. Its own state belongs to one context; {@link #stop} and {@link
 * #view} are for any thread.
 */
public final class LoadRun {
  private static final long SAMPLE_MILLIS = 250;
  private static final long GONE_MILLIS = 2_000;

  private final Vertx vertx;
  private final LoadTarget target;
  private final List<List<JobSpec>> rows;
  private final LoadOptions options;
  private final Context context;
  private final Map<LinkPlan.Key, LoadTarget.Link> links = new LinkedHashMap<>();
  private final List<List<Crew>> crews = new ArrayList<>();
  private final List<WorkerResult> results = new ArrayList<>();
  private final Samples samples = new Samples();
  private final Marks marks = new Marks(this::sinceOrigin, this::doubt);
  private volatile List<Crew> working = List.of();
  private volatile boolean stopped;
  private volatile String gone = "";
  private volatile long originNs;
  private volatile boolean closing;
  private Instant started = Instant.EPOCH;
  private long elapsedNs;

  /**
   * @param vertx with an event loop for each queue; borrowed
   * @param target what load is put on
   * @param jobs what to do
   */
  public LoadRun(Vertx vertx, LoadTarget target, JobList jobs, LoadOptions options) {
    this.vertx = vertx;
    this.target = target;
    this.options = options;
    rows = LinkPlan.rows(jobs.jobs());
    context = vertx.getOrCreateContext();
  }

  /** Most I/O queues that one connection of these jobs has: so many event loops are of use. */
  public static int queues(JobList jobs) {
    return LinkPlan.wishes(LinkPlan.rows(jobs.jobs())).values().stream()
        .mapToInt(LoadTarget.Wish::queues)
        .max()
        .orElse(1);
  }

  /**
   * Runs.
   *
   * @return the result, also if the target went away or {@link #stop} was called; fails with {@link
   *     JobSyntaxException} if a job does not fit, with another exception if there is no connection
   *     or a file cannot be used, and then nothing was sent
   */
  public Future<LoadResult> start() {
    Promise<LoadResult> promise = Promise.promise();
    context.runOnContext(
        ignored ->
            connect()
                .compose(connected -> plan())
                .compose(planned -> work())
                .compose(worked -> finish())
                .recover(this::clean)
                .onComplete(promise));
    return promise.future();
  }

  /** Ends the run early: what is outstanding ends, nothing more is sent. Any thread. */
  public void stop() {
    stopped = true;
    working.forEach(Crew::stop);
  }

  /** The workers of the row that runs now. Any thread. */
  public List<WorkerView> view() {
    return working.stream().map(Crew::view).filter(Objects::nonNull).toList();
  }

  /** When the first job began, as {@link System#nanoTime}; 0 before. Any thread. */
  public long originNs() {
    return originNs;
  }

  // ---- before

  private Future<Void> connect() {
    Future<Void> last = Future.succeededFuture();
    for (Map.Entry<LinkPlan.Key, LoadTarget.Wish> wish : LinkPlan.wishes(rows).entrySet()) {
      last =
          last.compose(before -> target.connect(wish.getValue()))
              .map(
                  link -> {
                    links.put(wish.getKey(), link);
                    return null;
                  });
    }
    return last;
  }

  private LoadTarget.Link link(JobSpec job) {
    LoadTarget.Link link = links.get(LinkPlan.Key.of(job));
    if (link == null) {
      throw new IllegalStateException("no connection for job " + job.name());
    }
    return link;
  }

  // All of it, before anything is sent: what does not fit is told at once.
  private Future<Void> plan() {
    int number = 0;
    for (List<JobSpec> row : rows) {
      List<Crew> crew = new ArrayList<>();
      Map<Controller, Integer> turn = new LinkedHashMap<>();
      for (JobSpec job : row) {
        LoadTarget.Link link = link(job);
        Controller controller = link.controller();
        Namespace namespace = namespace(job, controller);
        Planner.Facts facts = Planner.Facts.of(namespace);
        for (int index = 0; index < job.get(JobKey.NUMJOBS); index++) {
          WorkerPlan plan = Planner.plan(job, index, number++, facts);
          List<Context> contexts = controller.contexts();
          int seat = turn.merge(controller, 1, Integer::sum) - 1;
          crew.add(new Crew(plan, link, namespace, contexts.get(seat % contexts.size()), options));
        }
      }
      List<WorkerPlan> together = crew.stream().map(Crew::plan).toList();
      Planner.checkOverlap(together);
      Planner.checkMemory(together);
      crews.add(crew);
    }
    return Future.succeededFuture();
  }

  private static Namespace namespace(JobSpec job, Controller controller) {
    long nsid = job.get(JobKey.NSID);
    if (nsid == 0) {
      return controller.namespaces().stream()
          .findFirst()
          .orElseThrow(
              () ->
                  new JobSyntaxException(
                      "job '" + job.name() + "'", "the target shows no namespace"));
    }
    return controller
        .namespace(nsid)
        .orElseThrow(
            () ->
                new JobSyntaxException(
                    "job '" + job.name() + "'", "the target shows no namespace " + nsid));
  }

  // ---- the work

  private Future<Void> work() {
    watch();
    Future<Void> last = Future.succeededFuture();
    for (List<Crew> crew : crews) {
      last = last.compose(before -> row(crew));
    }
    return last;
  }

  private void watch() {
    for (LoadTarget.Link link : links.values()) {
      marks.follow(link.controller());
      link.controller()
          .ended()
          .onSuccess(
              reason -> {
                if (gone.isEmpty() && !closing) {
                  gone = reason.isEmpty() ? "it ended the connection" : reason;
                  WorkerError error = WorkerError.gone(gone);
                  working.forEach(crew -> crew.fail(error));
                }
              });
    }
  }

  private Future<Void> row(List<Crew> crew) {
    if (stopped || !gone.isEmpty()) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(
            () -> {
              for (Crew each : crew) {
                each.prepare();
              }
              return null;
            },
            false)
        .compose(prepared -> run(crew))
        .eventually(() -> closed(crew));
  }

  private Future<Void> run(List<Crew> crew) {
    if (originNs == 0) {
      started = Instant.now();
      originNs = System.nanoTime();
    }
    List<Future<WorkerResult>> ends = new ArrayList<>();
    for (Crew each : crew) {
      ends.add(each.start(originNs));
    }
    working = crew;
    if (stopped) {
      crew.forEach(Crew::stop);
    }
    if (!gone.isEmpty()) {
      crew.forEach(each -> each.fail(WorkerError.gone(gone)));
    }
    long timer = vertx.setPeriodic(SAMPLE_MILLIS, id -> sample());
    return Future.all(ends)
        .<Void>map(
            all -> {
              results.addAll(all.list());
              return null;
            })
        .onFailure(defect -> crew.forEach(Crew::stop))
        .andThen(
            done -> {
              vertx.cancelTimer(timer);
              working = List.of();
            });
  }

  private static Future<Void> closed(List<Crew> crew) {
    crew.forEach(Crew::close);
    return Future.succeededFuture();
  }

  private Future<DeviceCounts> counts() {
    List<Future<DeviceCounts>> parts = new ArrayList<>();
    for (LoadTarget.Link link : links.values()) {
      parts.add(link.controller().statistics().map(DeviceCounts::of));
    }
    return Future.all(parts)
        .map(
            all ->
                all.<DeviceCounts>list().stream().reduce(DeviceCounts.none(), DeviceCounts::plus));
  }

  private void sample() {
    long atNs = sinceOrigin();
    counts()
        .onSuccess(
            counts ->
                context.runOnContext(
                    ignored -> {
                      samples.add(new Sample(atNs, counts));
                      marks.retried(counts.retried());
                    }));
  }

  private void doubt() {
    working.forEach(Crew::doubt);
  }

  private long sinceOrigin() {
    return originNs == 0 ? 0 : System.nanoTime() - originNs;
  }

  // ---- after

  private Future<LoadResult> finish() {
    elapsedNs = Math.max(1, System.nanoTime() - originNs);
    var controllers = links.values().stream().map(link -> link.controller().info()).toList();
    return whyItEnded()
        .compose(known -> close())
        .compose(closed -> counts())
        .map(
            counts ->
                new LoadResult(
                    started,
                    elapsedNs,
                    List.copyOf(results),
                    controllers,
                    counts,
                    samples.list(),
                    marks.list(),
                    stopped,
                    gone));
  }

  // A job that loses its first I/O ends before it is known that the connection was lost for good.
  private Future<Void> whyItEnded() {
    boolean lost =
        results.stream()
            .anyMatch(each -> each.error() != null && each.outcomes().withoutConnection());
    if (!lost || !gone.isEmpty()) {
      return Future.succeededFuture();
    }
    Timer limit = vertx.timer(GONE_MILLIS, TimeUnit.MILLISECONDS);
    List<Future<?>> ends = new ArrayList<>(List.of(limit));
    for (LoadTarget.Link link : links.values()) {
      Controller controller = link.controller();
      if (controller.state() == ControllerState.RECONNECTING) {
        limit.cancel();
        return Future.succeededFuture();
      }
      ends.add(controller.ended());
    }
    return Future.any(ends)
        .transform(
            ended -> {
              limit.cancel();
              return Future.succeededFuture();
            });
  }

  private Future<Void> close() {
    closing = true;
    return Future.join(links.values().stream().map(link -> link.controller().close()).toList())
        .mapEmpty();
  }

  private Future<LoadResult> clean(Throwable cause) {
    return close().transform(closed -> Future.failedFuture(cause));
  }
}
