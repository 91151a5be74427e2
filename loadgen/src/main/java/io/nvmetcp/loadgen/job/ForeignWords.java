package io.nvmetcp.loadgen.job;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Says why a word is no option here: fio has it and this program does not, or nobody has it. */
final class ForeignWords {
  private static final int NEAR = 3;

  // What people are most likely to bring along, with what to do instead.
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("ioengine", "I/O goes over NVMe/TCP; leave it out"),
          Map.entry("filename", "name the target on the command line and its namespace by nsid"),
          Map.entry("directory", "name the target on the command line and its namespace by nsid"),
          Map.entry("filesize", "a namespace has its size; use size"),
          Map.entry("nrfiles", "a job works on one namespace; name it by nsid"),
          Map.entry("buffered", "there is no cache here; leave it out"),
          Map.entry("fdatasync", "a namespace has no metadata to leave out; use fsync"),
          Map.entry("randrepeat", "every run repeats; give another randseed for other choices"),
          Map.entry("refill_buffers", "use verify, which fills every write anew"),
          Map.entry("exitall", "use stonewall, or runtime for all jobs"),
          Map.entry("rate_min", "compare the result instead"),
          Map.entry("ba", "I/Os are aligned to the smallest bs"),
          Map.entry("blockalign", "I/Os are aligned to the smallest bs"),
          Map.entry("log_avg_msec", "every I/O is logged; see --hdr-log for a log by interval"),
          Map.entry("include", "it stands alone on a line: include FILE"));

  // Options of fio 3.33 that have no meaning here or are not there yet.
  private static final Set<String> OF_FIO =
      Set.of(
          ("allow_file_create allow_mounted_write allrandrepeat atomic block_error_percentiles"
                  + " bs_unaligned blocksize_unaligned bs_is_seq_rand buffer_compress_chunk"
                  + " buffer_compress_percentage buffer_pattern bwavgtime cgroup cgroup_nodelete"
                  + " cgroup_weight clat_percentiles clocksource cpumask cpus_allowed"
                  + " cpus_allowed_policy create_fsync create_on_open create_only"
                  + " create_serialize dedupe_global dedupe_mode dedupe_percentage"
                  + " dedupe_working_set_percentage disable_bw_measurement disable_bw disable_clat"
                  + " disable_lat disable_slat disk_util error_dump exec_postrun exec_prerun"
                  + " exit_what exitall_on_error experimental_verify fadvise_hint fallocate"
                  + " file_append file_service_type filename_format fill_device fill_fs flow"
                  + " flow_id flow_sleep fsync_on_close gid gtod_cpu gtod_reduce hugepage-size"
                  + " ignore_error ignore_zone_limits invalidate io_submit_mode iodepth_batch"
                  + " iodepth_batch_submit iodepth_batch_complete iodepth_batch_complete_max"
                  + " iodepth_batch_complete_min iodepth_low iopsavgtime ioscheduler"
                  + " job_max_open_zones kb_base lat_percentiles latency_percentile latency_run"
                  + " latency_target latency_window lockfile lockmem log_alternate_epoch"
                  + " log_alternate_epoch_clock_id log_compression log_compression_cpus log_entries log_hist_coarseness"
                  + " log_hist_msec log_max_value log_prio log_store_compressed"
                  + " log_unix_epoch max_latency max_open_zones mem iomem merge_blktrace_file"
                  + " merge_blktrace_iters merge_blktrace_scalars nice numa_cpu_nodes"
                  + " numa_mem_policy offset_align opendir openfiles overwrite per_job_logs"
                  + " percentage_random pre_read prio prioclass profile random_generator"
                  + " rate_cycle rate_ignore_thinktime rate_iops_min read_beyond_wp read_iolog"
                  + " read_iolog_chunked replay_align replay_no_stall replay_redirect"
                  + " replay_scale replay_skip replay_time_scale rw_sequencer scramble_buffers"
                  + " serialize_overlap significant_figures slat_percentiles startdelay stats"
                  + " steadystate ss steadystate_duration ss_dur steadystate_ramp_time ss_ramp"
                  + " sync sync_file_range thinktime_blocks_type thinktime_iotime thinktime_spin"
                  + " trim_backlog trim_backlog_batch trim_percentage trim_verify_zero uid"
                  + " unified_rw_reporting unique_filename unit_base unlink unlink_each_loop"
                  + " verify_async verify_async_cpus verify_backlog verify_backlog_batch"
                  + " verify_dump verify_interval verify_offset wait_for write_barrier"
                  + " write_bw_log write_hint write_hist_log write_iolog write_iops_log"
                  + " zero_buffers zone_reset_frequency zone_reset_threshold zonecapacity"
                  + " zonemode zonerange zonesize zoneskip")
              .split(" "));

  private ForeignWords() {}

  /** A sentence for the user. */
  static String whyNot(String word) {
    String reason = REASONS.get(word);
    if (reason != null) {
      return "this option of fio is not supported: " + reason;
    }
    if (OF_FIO.contains(word)) {
      return "this option of fio is not supported";
    }
    String near = nearest(word);
    return near.isEmpty() ? "there is no such option" : "there is no such option; " + near + "?";
  }

  private static String nearest(String word) {
    var words = new TreeSet<String>();
    Arrays.stream(JobWord.values()).map(JobWord::word).forEach(words::add);
    return words.stream()
        .filter(candidate -> distance(word, candidate) < Math.min(NEAR, word.length()))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .orElse("");
  }

  // Edits that turn one word into the other.
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int same = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
