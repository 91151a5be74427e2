package io.nvmetcp.e2e.sim.plant;

/** A fault that can be planted. */
public enum Plant {
  /** The disk says that it wrote, and did not. */
  WRITE_DROPPED,
  /** The disk writes a block too far. */
  WRITE_MISPLACED,
  /** The disk writes half of the last block. */
  WRITE_TORN,
  /** The disk writes after it has said so. */
  WRITE_LATE,
  /** The disk carries out a write once more, a while after. */
  WRITE_REPEATED,
  /** The disk fails a write, and has written. */
  FAILURE_WROTE,
  /** The disk reads what was there when a much earlier read came. */
  READ_STALE,
  /** The disk flushes nothing. */
  FLUSH_LIES,
  /** The disk keeps a write in its cache that was to be durable. */
  FORCED_WRITE_CACHED,
  /** The disk compares first and writes a while after. */
  COMPARE_AND_WRITE_APART,
  /** The disk leaves what was to be zero. */
  ZERO_SKIPPED,
  /** What a namespace lost by shrinking is there again when it grows. */
  SHRINK_KEEPS,
  /** A response is sent twice. */
  RESPONSE_TWICE,
  /** A response is not sent. */
  RESPONSE_LOST,
  /** A response says that its command failed, which did not. */
  STATUS_CHANGED,
  /** Data changes on the way, and its digest with it, as if nobody checked it. */
  DATA_CHANGED,
  /** Data lies a byte further than it should. */
  DATA_MOVED,
  /** A command is sent twice. */
  COMMAND_TWICE,
  /** What the host's socket has sent stays there. */
  HOST_OUTPUT_KEPT,
  /** What the target's socket has sent stays there. */
  TARGET_OUTPUT_KEPT,
  /** The host's socket never gives memory back. */
  HOST_LEASE_LOST,
  /** The target's socket gives memory back before it has read it. */
  TARGET_LEASE_EARLY,
  /** The target's socket never gives memory back. */
  TARGET_LEASE_LOST,
  /** The host's memory is written to a byte further than the device said. */
  PLACED_BESIDE,
  /** What the device placed is handed up as if it had not, and is copied once more. */
  PLACEMENT_DENIED,
  /** Of what it copies a host counts a byte too few. */
  COPY_UNCOUNTED,
  /** The host's memory is written to again when the device has let go of it. */
  PLACED_LATE,
  /** The end of a command is told twice. */
  END_TWICE,
  /** The end of a command is not told. */
  END_LOST,
  /** The end of a mapping is told twice. */
  TEARDOWN_TWICE,
  /** The end of a mapping is not told. */
  TEARDOWN_LOST,
  /** A host keeps memory of each command until its connection ends. */
  MEMORY_HOARDED,
  /** As many commands wait for a slot as come. */
  WAITING_UNBOUNDED,
  /** Memory that data is copied through is given back at the response, whatever else is owed. */
  COPY_BACK_AT_RESPONSE,
  /** What is read is copied out before its command has ended. */
  COPIED_OUT_EARLY,
  /** One that waits for memory to copy through is not told that it has some. */
  COPY_WAITER_FORGOTTEN,
  /** Memory to copy through is registered anew where all is lent. */
  COPY_MEMORY_GROWS,
  /** Writes that were lost are sent again at once. */
  REPLAYED_EARLY,
  /** Any write that was lost is sent again as soon as there is another association. */
  QUIESCE_SKIPPED,
  /** A session that wants a turn does not get it. */
  TURN_FORGOTTEN,
  /** A session is not told that its connection is closed. */
  CLOSE_FORGOTTEN,
  /** A disk fails for no reason. */
  ERROR_INVENTED,
  /** The generation counter of a discovery log is not read again after its records. */
  GENERATION_NOT_READ_AGAIN,
  /** A report of a changed discovery log goes by unheard. */
  CHANGE_NOT_REPORTED,
  /** A discovery service is not told what it has to tell. */
  LISTING_STALE,
  /** A host that has read a discovery log stays. */
  VISITOR_STAYS;

  /** Its name on the command line. */
  public String option() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
