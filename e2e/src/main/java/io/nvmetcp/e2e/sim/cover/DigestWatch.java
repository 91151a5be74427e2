package io.nvmetcp.e2e.sim.cover;

import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.pdu.frame.PduReader;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * Sees what a host's ledger of a PDU's data digest is told: runs that a device vouches for, and
 * others; and how the digest was judged, if a run was the end of one.
 */
final class DigestWatch {
  static final List<String> STATES =
      List.of("NONE", "OFF", "AWAIT_FIRST", "VOUCHED", "UNVOUCHED", "MIXED");
  private static final int NONE = 0;
  private static final int OFF = 1;
  private static final int AWAIT_FIRST = 2;
  private static final int VOUCHED = 3;
  private static final int UNVOUCHED = 4;
  private static final int MIXED = 5;

  private static final VarHandle STATE = Fields.of(PduReader.class, "state");
  private static final VarHandle LEDGER = Fields.of(PduReader.class, "ledger");
  private static final VarHandle NEGOTIATED = Fields.of(DigestLedger.class, "negotiated");
  private static final List<String> READER_STATES = Fields.names(STATE.varType());
  private static final int FIRST_OF_DATA = READER_STATES.indexOf("AWAIT_PADDING");
  private static final int LAST_OF_DATA = READER_STATES.indexOf("AWAIT_DATA_DIGEST");

  private final Coverage coverage;
  private final PduReader reader;
  private final DigestLedger ledger;
  private int before;
  private long byDevice;
  private long inPlacement;
  private long byFallback;
  private long mismatches;

  DigestWatch(Coverage coverage, PduReader reader) {
    this.coverage = coverage;
    this.reader = reader;
    ledger = (DigestLedger) LEDGER.get(reader);
  }

  private int state() {
    int awaits = Fields.ordinal(STATE.get(reader));
    if (awaits < FIRST_OF_DATA || awaits > LAST_OF_DATA) {
      return NONE;
    }
    if (!(boolean) NEGOTIATED.get(ledger)) {
      return OFF;
    }
    if (ledger.runs() == 0) {
      return AWAIT_FIRST;
    }
    return ledger.unvouchedBytes() == 0 ? VOUCHED : ledger.vouchedBytes() == 0 ? UNVOUCHED : MIXED;
  }

  /** A run is about to come; what was judged so far stands in the counters. */
  void before(DdpCounters counters) {
    before = state();
    byDevice = counters.get(DdpCounter.DIGEST_BY_DEVICE);
    inPlacement = counters.get(DdpCounter.DIGEST_IN_PLACEMENT);
    byFallback = counters.get(DdpCounter.DIGEST_BY_FALLBACK);
    mismatches = counters.get(DdpCounter.DATA_DIGEST_ERRORS);
  }

  /** A run came, with or without a device's word. */
  void after(DdpCounters counters, boolean vouched) {
    if (before != NONE || state() != NONE || judged(counters)) {
      coverage.visit(Machine.DIGEST, before, event(counters, vouched));
    }
  }

  private boolean judged(DdpCounters counters) {
    return counters.get(DdpCounter.DIGEST_BY_DEVICE) > byDevice
        || counters.get(DdpCounter.DIGEST_IN_PLACEMENT) > inPlacement
        || counters.get(DdpCounter.DIGEST_BY_FALLBACK) > byFallback
        || counters.get(DdpCounter.DATA_DIGEST_ERRORS) > mismatches;
  }

  // Of several that end in one run, the one that is rarest.
  private Event event(DdpCounters counters, boolean vouched) {
    if (counters.get(DdpCounter.DATA_DIGEST_ERRORS) > mismatches) {
      return Event.MISMATCH;
    }
    if (counters.get(DdpCounter.DIGEST_BY_FALLBACK) > byFallback) {
      return Event.BY_FALLBACK;
    }
    if (counters.get(DdpCounter.DIGEST_IN_PLACEMENT) > inPlacement) {
      return Event.IN_PLACEMENT;
    }
    if (counters.get(DdpCounter.DIGEST_BY_DEVICE) > byDevice) {
      return Event.BY_DEVICE;
    }
    return vouched ? Event.VOUCHED : Event.UNVOUCHED;
  }
}
