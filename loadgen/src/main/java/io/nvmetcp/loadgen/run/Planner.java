package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.loadgen.job.BlockSizes;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import io.nvmetcp.loadgen.job.JobSyntaxException;
import io.nvmetcp.loadgen.job.Operation;
import io.nvmetcp.loadgen.job.Rw;
import io.nvmetcp.loadgen.job.VerifyMethod;
import io.nvmetcp.loadgen.sequence.IoSequence;
import java.util.List;
import java.util.UUID;

/** Fits jobs to the namespaces they work on, or says why they don't fit. Pure. */
final class Planner {
  /** Of jobs that say nothing: so every run repeats, as in fio. */
  private static final long DEFAULT_SEED = 0x4C4F_4144_4745_4E31L;

  private static final UUID NO_UUID = new UUID(0, 0);
  private static final long MOST_BUFFER_BYTES = 1L << 32;
  private static final long MOST_MAPPED_UNITS = 1L << 36;

  /** What of a namespace matters here. */
  record Facts(long nsid, UUID uuid, long blocks, int blockBytes, boolean readOnly) {
    static Facts of(Namespace namespace) {
      return new Facts(
          namespace.id(),
          namespace.uuid().orElse(NO_UUID),
          namespace.blocks(),
          namespace.blockBytes(),
          namespace.readOnly());
    }
  }

  private final JobSpec job;
  private final Facts facts;

  private Planner(JobSpec job, Facts facts) {
    this.job = job;
    this.facts = facts;
  }

  /**
   * The plan of one clone.
   *
   * @throws JobSyntaxException if the job does not fit the namespace
   */
  static WorkerPlan plan(JobSpec job, int clone, int worker, Facts facts) {
    return new Planner(job, facts).plan(clone, worker);
  }

  private WorkerPlan plan(int clone, int worker) {
    int block = facts.blockBytes();
    long total = facts.blocks() * block;
    int unit = IoSequence.unitBytes(job);
    checkOperations();
    checkSizes();
    long start =
        job.get(JobKey.OFFSET).of(total, unit)
            + clone * job.get(JobKey.OFFSET_INCREMENT).of(total, unit);
    if (start % block != 0) {
      throw wrong("offset", "%d is no multiple of the block of %d bytes".formatted(start, block));
    }
    if (start >= total) {
      throw wrong(
          "offset", "%d of clone %d lies behind the end at %d".formatted(start, clone, total));
    }
    long part = job.get(JobKey.SIZE).of(total, unit);
    if (part == 0) {
      part = total - start;
    }
    if (part > total - start) {
      throw wrong(
          "size", "%d bytes from %d on reach behind the end at %d".formatted(part, start, total));
    }
    part = part / unit * unit;
    int largest = IoSequence.largestBytes(job);
    if (part < largest) {
      throw wrong("size", "%d bytes are less than an I/O of %d".formatted(part, largest));
    }
    if (job.get(JobKey.RW).random() && largest > unit && part / unit > MOST_MAPPED_UNITS) {
      throw wrong("size", "too large for a map of random places: use norandommap");
    }
    long loop = job.get(JobKey.IO_SIZE).of(total, unit);
    long seed = job.get(JobKey.SEED).orElse(DEFAULT_SEED);
    return new WorkerPlan(
        job,
        clone,
        worker,
        facts.nsid(),
        facts.uuid(),
        block,
        start,
        part,
        loop == 0 ? part : loop,
        seed + 0x9E37_79B9_7F4A_7C15L * worker);
  }

  /** The seed that content bears; the same for all clones of a job. */
  static long contentSeed(JobSpec job) {
    return job.get(JobKey.SEED).orElse(DEFAULT_SEED);
  }

  private void checkOperations() {
    Rw rw = job.get(JobKey.RW);
    boolean writes = rw.does(Operation.WRITE) && !job.get(JobKey.VERIFY_ONLY);
    if ((writes || rw.does(Operation.TRIM)) && facts.readOnly()) {
      throw wrong("rw", "'" + rw.word() + "' needs a namespace that can be written");
    }
  }

  private void checkSizes() {
    for (Operation operation : Operation.values()) {
      if (!job.get(JobKey.RW).does(operation)) {
        continue;
      }
      for (BlockSizes.Choice choice : job.get(JobKey.SIZES).of(operation).choices()) {
        checkSize(choice.minBytes());
        checkSize(choice.maxBytes() / choice.minBytes() * choice.minBytes());
      }
    }
  }

  private void checkSize(int bytes) {
    if (bytes % facts.blockBytes() != 0) {
      throw wrong(
          "bs", "%d is no multiple of the block of %d bytes".formatted(bytes, facts.blockBytes()));
    }
  }

  private JobSyntaxException wrong(String word, String why) {
    return new JobSyntaxException(
        "job '%s', namespace %d: %s".formatted(job.name(), facts.nsid(), word), why);
  }

  /**
   * Refuses writers that would spoil each other's content: of the workers that run at a time,
   * whoever verifies what it writes must be the only one who writes there.
   */
  static void checkOverlap(List<WorkerPlan> together) {
    for (WorkerPlan one : together) {
      for (WorkerPlan other : together) {
        if (one.worker() < other.worker()
            && one.nsid() == other.nsid()
            && (verifies(one) || verifies(other))
            && changes(one)
            && changes(other)
            && one.startBytes() < other.startBytes() + other.partBytes()
            && other.startBytes() < one.startBytes() + one.partBytes()) {
          throw new JobSyntaxException(
              "job '" + other.job().name() + "'",
              "it writes where '%s' writes, so neither can verify: use offset and size,"
                      .formatted(one.job().name())
                  + " offset_increment for clones, or stonewall");
        }
      }
    }
  }

  /** Refuses more buffers for the workers that run at a time than a machine should give. */
  static void checkMemory(List<WorkerPlan> together) {
    long bytes = together.stream().mapToLong(WorkerPlan::bufferBytes).sum();
    if (bytes > MOST_BUFFER_BYTES) {
      throw new JobSyntaxException(
          "job '" + together.getFirst().job().name() + "'",
          "%d bytes of buffers are more than %d: use a smaller iodepth, bs or numjobs"
              .formatted(bytes, MOST_BUFFER_BYTES));
    }
  }

  private static boolean verifies(WorkerPlan plan) {
    return plan.job().get(JobKey.VERIFY) != VerifyMethod.NONE;
  }

  private static boolean changes(WorkerPlan plan) {
    Rw rw = plan.job().get(JobKey.RW);
    return (rw.does(Operation.WRITE) || rw.does(Operation.TRIM))
        && !plan.job().get(JobKey.VERIFY_ONLY);
  }
}
