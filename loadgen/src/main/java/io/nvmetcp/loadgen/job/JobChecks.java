package io.nvmetcp.loadgen.job;

import org.jspecify.annotations.Nullable;

/** Words that are right alone and wrong together. */
final class JobChecks {
  private JobChecks() {}

  /** A sentence for the user, or null if nothing is wrong. */
  static @Nullable String whatIsWrong(JobSpec job) {
    Rw rw = job.get(JobKey.RW);
    if (job.get(JobKey.TIME_BASED) && job.get(JobKey.RUNTIME_NS) == 0) {
      return "time_based needs a runtime";
    }
    String wrong = rates(job, rw);
    return wrong == null ? verification(job, rw) : wrong;
  }

  private static @Nullable String rates(JobSpec job, Rw rw) {
    PerOperation<Rate> rate = job.get(JobKey.RATE);
    if (rw.mixed() && rate.read().limited() != rate.write().limited()) {
      // The mix is then decided by the rates, and one side would have no say.
      return "a mix has a rate for reads and writes, or for neither: rate=READS,WRITES";
    }
    return null;
  }

  private static @Nullable String verification(JobSpec job, Rw rw) {
    VerifyMethod verify = job.get(JobKey.VERIFY);
    boolean pattern = job.get(JobKey.VERIFY_PATTERN).isPresent();
    if (verify == VerifyMethod.PATTERN && !pattern) {
      return "verify=pattern needs a verify_pattern";
    }
    if (verify == VerifyMethod.NONE) {
      if (pattern) {
        return "verify_pattern goes with verify";
      }
      return job.get(JobKey.VERIFY_ONLY) ? "verify_only goes with verify" : null;
    }
    if (rw.does(Operation.TRIM)) {
      return "verify does not go with rw=" + rw.word() + ": what is trimmed has no content";
    }
    boolean state = job.get(JobKey.VERIFY_STATE_SAVE) || job.get(JobKey.VERIFY_STATE_LOAD);
    if (state && !verify.stamps()) {
      return "verify_state_save and verify_state_load need verify=crc32c or md5";
    }
    if (state && !rw.does(Operation.WRITE)) {
      return "verify_state_save and verify_state_load are of jobs that write; rw=" + rw.word();
    }
    if (job.get(JobKey.VERIFY_ONLY) && !rw.does(Operation.WRITE)) {
      return "verify_only is of jobs that write; with rw=" + rw.word() + " verify checks the reads";
    }
    if (job.get(JobKey.VERIFY_ONLY) && job.get(JobKey.TIME_BASED)) {
      return "verify_only does not go with time_based";
    }
    return null;
  }
}
