package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.loadgen.job.JobKey;
import io.nvmetcp.loadgen.job.JobSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which connections jobs need: those that want the same share one. Pure. */
final class LinkPlan {
  private static final int MOST_QUEUES = 16;
  private static final int LEAST_ENTRIES = 128;
  private static final int MOST_ENTRIES = 1 << 12;

  /** What tells connections apart. */
  record Key(DeviceSpec device, boolean hdgst, boolean ddgst, boolean polling, int queues) {
    static Key of(JobSpec job) {
      return new Key(
          job.get(JobKey.DEVICE),
          job.get(JobKey.HDGST),
          job.get(JobKey.DDGST),
          job.get(JobKey.HIPRI),
          job.get(JobKey.QUEUES));
    }
  }

  private LinkPlan() {}

  /** Jobs that run at a time: a stonewall begins the next row. */
  static List<List<JobSpec>> rows(List<JobSpec> jobs) {
    List<List<JobSpec>> rows = new ArrayList<>();
    for (JobSpec job : jobs) {
      if (rows.isEmpty() || job.get(JobKey.STONEWALL)) {
        rows.add(new ArrayList<>());
      }
      rows.getLast().add(job);
    }
    return rows;
  }

  /** The connections, in the order in which jobs first need them. */
  static Map<Key, LoadTarget.Wish> wishes(List<List<JobSpec>> rows) {
    Map<Key, LoadTarget.Wish> wishes = new LinkedHashMap<>();
    for (List<JobSpec> row : rows) {
      for (JobSpec job : row) {
        Key key = Key.of(job);
        wishes.computeIfAbsent(key, wanted -> wish(wanted, rows));
      }
    }
    return wishes;
  }

  private static LoadTarget.Wish wish(Key key, List<List<JobSpec>> rows) {
    int widest = 0;
    for (List<JobSpec> row : rows) {
      widest = Math.max(widest, depths(key, row).size());
    }
    int queues = key.queues() > 0 ? key.queues() : Math.min(widest, MOST_QUEUES);
    int deepest = 0;
    for (List<JobSpec> row : rows) {
      int[] perQueue = new int[queues];
      List<Integer> depths = depths(key, row);
      for (int i = 0; i < depths.size(); i++) {
        perQueue[i % queues] += depths.get(i);
        deepest = Math.max(deepest, perQueue[i % queues]);
      }
    }
    // A queue of n entries holds n - 1 commands.
    int entries = Integer.highestOneBit(Math.max(1, deepest)) * 2;
    return new LoadTarget.Wish(
        key.device(),
        key.hdgst(),
        key.ddgst(),
        key.polling(),
        queues,
        Math.clamp(entries, LEAST_ENTRIES, MOST_ENTRIES));
  }

  // Of each clone in this row that uses the connection, in the order in which they get queues.
  private static List<Integer> depths(Key key, List<JobSpec> row) {
    List<Integer> depths = new ArrayList<>();
    for (JobSpec job : row) {
      for (int i = 0; Key.of(job).equals(key) && i < job.get(JobKey.NUMJOBS); i++) {
        depths.add(job.get(JobKey.DEPTH));
      }
    }
    return depths;
  }
}
