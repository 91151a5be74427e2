package io.nvmetcp.loadgen.job;

import java.util.List;

/**
 * Jobs in the order in which they were given.
 *
 * @param jobs at least one
 */
public record JobList(List<JobSpec> jobs) {
  private static final int MOST_CLONES = 1024;

  /** Refuses what is more than one process should run. */
  public JobList {
    jobs = List.copyOf(jobs);
    long clones = jobs.stream().mapToLong(job -> job.get(JobKey.NUMJOBS)).sum();
    if (clones > MOST_CLONES) {
      throw new JobSyntaxException(
          "", "%d jobs with their clones are more than %d".formatted(clones, MOST_CLONES));
    }
  }
}
