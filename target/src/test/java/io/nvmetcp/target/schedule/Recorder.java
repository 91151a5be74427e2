package io.nvmetcp.target.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes down what leaves a scheduler; a thing has as many parts as its size has whole parts. */
final class Recorder implements Outlet {
  final List<Integer> emitted = new ArrayList<>();
  final List<String> parts = new ArrayList<>();
  final DisplacementHistogram histogram = new DisplacementHistogram();
  private final Map<Integer, Long> leftOf = new HashMap<>();

  Scheduler scheduler(String schedule, int qid, int items) {
    return new Scheduler(Schedule.parse(schedule).responses(), qid, items, histogram, this);
  }

  /** Says how large a thing is, for the parts it leaves in. */
  void size(int item, long bytes) {
    leftOf.put(item, bytes);
  }

  long[] displacement() {
    long[] sums = new long[DisplacementHistogram.BUCKETS];
    histogram.addTo(sums);
    return sums;
  }

  @Override
  public void emit(int item) {
    emitted.add(item);
    parts.add(String.valueOf(item));
  }

  @Override
  public boolean emitPart(int item, int mostBytes) {
    parts.add(String.valueOf(item));
    long left = leftOf.merge(item, -(long) mostBytes, Long::sum);
    if (left > 0) {
      return true;
    }
    emitted.add(item);
    return false;
  }
}
