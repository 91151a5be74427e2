package io.nvmetcp.target.schedule;

/** Where a {@link Scheduler} lets things go; called on its thread. */
public interface Outlet {

  /** The item leaves, whole. */
  void emit(int item);

  /**
   * The next part of the item leaves: one PDU.
   *
   * @param mostBytes most data in the part
   * @return false if that was the last one
   */
  boolean emitPart(int item, int mostBytes);
}
