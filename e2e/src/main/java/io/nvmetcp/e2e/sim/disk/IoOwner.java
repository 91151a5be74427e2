package io.nvmetcp.e2e.sim.disk;

/** A session's thread that wants to know how many operations of its are at disks. */
public interface IoOwner {
  /** One began. */
  void began();

  /** One is over: it changes nothing any more. */
  void over();
}
