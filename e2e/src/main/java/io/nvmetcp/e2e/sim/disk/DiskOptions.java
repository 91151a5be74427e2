package io.nvmetcp.e2e.sim.disk;

/**
 * What a disk is like. A rate of 0 is never, any other <i>n</i> is one in <i>n</i>.
 *
 * @param leastNs what an operation takes at least
 * @param mostNs what it takes at most, unless it is slow
 * @param slowOneIn operations that are slow
 * @param slowNs what a slow one takes besides, at most
 * @param atOnceOneIn operations that complete within the call
 * @param lateOneIn operations that are done a while before they complete
 * @param errorOneIn operations that fail
 * @param badOneIn failures after which the range cannot be read until it is written
 * @param onThread completions come by way of the session's thread, not from the disk's own event
 */
public record DiskOptions(
    long leastNs,
    long mostNs,
    int slowOneIn,
    long slowNs,
    int atOnceOneIn,
    int lateOneIn,
    int errorOneIn,
    int badOneIn,
    boolean onThread) {

  /** The same, and one in so many operations completes within the call. */
  public DiskOptions atOnce(int oneIn) {
    return new DiskOptions(
        leastNs, mostNs, slowOneIn, slowNs, oneIn, lateOneIn, errorOneIn, badOneIn, onThread);
  }

  /** The same without failures and without slow operations. */
  public DiskOptions calm() {
    return new DiskOptions(leastNs, mostNs, 0, 0, atOnceOneIn, lateOneIn, 0, 0, onThread);
  }
}
