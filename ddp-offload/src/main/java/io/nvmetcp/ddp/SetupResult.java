package io.nvmetcp.ddp;

/** The answer to a setup. A refusal is never an error: the read goes on unplaced. */
public enum SetupResult {
  /** The buffer is mapped; a teardown is owed. */
  MAPPED,
  /** The buffer is small and a copy is cheaper. */
  BELOW_THRESHOLD,
  /** All tags are in use, or the device does not take this one. */
  NO_TAG,
  /** The buffer is larger, or in more pieces, than the device takes. */
  TOO_LARGE,
  /** The range does not lie in a live region. */
  PROTECTION,
  /** The device does not reach this kind of memory. */
  REGION_KIND,
  /** The device does not place, at all or at present. */
  INACTIVE
}
