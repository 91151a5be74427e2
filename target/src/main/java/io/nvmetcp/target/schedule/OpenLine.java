package io.nvmetcp.target.schedule;

/** Holds nothing. */
record OpenLine(Outlet outlet) implements Line {
  @Override
  public void ready(int item, long sizeBytes) {
    outlet.emit(item);
  }

  @Override
  public void turnEnd(int underWay, long nowNs) {}

  @Override
  public long deadlineNs() {
    return NEVER;
  }

  @Override
  public int held() {
    return 0;
  }

  @Override
  public void remove(int item) {
    throw new IllegalStateException(item + " is not held");
  }

  @Override
  public void releaseAll() {}
}
