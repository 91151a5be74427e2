package io.nvmetcp.e2e.sim.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import io.nvmetcp.e2e.sim.check.Rule;
import io.nvmetcp.e2e.sim.check.Violation;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each byte of a read's data is placed or copied, once, and counted as what it was. */
class DeliveriesTest {
  private static final int ENTRIES = 16;
  private static final int CID = 0x0123;
  private static final int HEADER = 24;

  private final Deliveries deliveries = new Deliveries(ENTRIES);
  private final DdpCounters counters = new DdpCounters();

  private static byte[] data(int cid, int bytes) {
    byte[] pdu = new byte[HEADER + bytes];
    pdu[PduFields.TYPE] = (byte) PduType.C2H_DATA.code();
    pdu[PduFields.HLEN] = HEADER;
    pdu[PduFields.PDO] = HEADER;
    LittleEndian.put32(pdu, PduFields.PLEN, pdu.length);
    LittleEndian.put16(pdu, PduFields.CCCID, cid);
    LittleEndian.put32(pdu, PduFields.DATAL, bytes);
    return pdu;
  }

  private void run(byte[] bytes, int from, int to, boolean placed) {
    deliveries.run(counters, MemorySegment.ofArray(bytes), from, to - from, placed);
  }

  private void count(int placed, int copied, int delivered) {
    counters.add(DdpCounter.DDP_BYTES, placed);
    counters.add(DdpCounter.COPIED_BYTES, copied);
    counters.add(DdpCounter.DELIVERED_BYTES, delivered);
  }

  private static void isFound(ThrowingCallable by, String text) {
    assertThatThrownBy(by)
        .isInstanceOfSatisfying(
            Violation.class, found -> assertThat(found.rule()).isEqualTo(Rule.COUNTERS))
        .hasMessageContaining(text);
  }

  @Test
  void aReadOfWhichPartIsPlacedAndPartIsCopiedIsWhole() {
    byte[] pdu = data(CID, 100);
    deliveries.began(CID);
    run(pdu, 0, HEADER + 10, false);
    count(0, 10, 10);
    deliveries.check();
    run(pdu, HEADER + 10, pdu.length, true);
    count(90, 0, 90);
    deliveries.check();
    deliveries.ended(CID, 100, true);
  }

  @Test
  void aReadThatSucceedsWithBytesMissingIsFound() {
    byte[] pdu = data(CID, 60);
    deliveries.began(CID);
    run(pdu, 0, pdu.length, false);
    count(0, 60, 60);
    deliveries.check();
    isFound(() -> deliveries.ended(CID, 100, true), "reads 100 bytes: 0 were placed and 60 copied");
    // Lost in the middle it has what came.
    deliveries.ended(CID, 100, false);
  }

  @Test
  void bytesOfAnotherCommandAreNotThoseOfThisOne() {
    byte[] pdu = data(CID + 1, 100);
    deliveries.began(CID);
    deliveries.began(CID + 1);
    run(pdu, 0, pdu.length, false);
    count(0, 100, 100);
    deliveries.check();
    isFound(() -> deliveries.ended(CID, 100, true), "0 were placed and 0 copied");
    isFound(() -> deliveries.ended(CID + 1, 50, false), "0 were placed and 100 copied");
  }

  @Test
  void aByteThatIsPlacedAndCopiedIsFoundThoughTheSumAgrees() {
    byte[] pdu = data(CID, 100);
    run(pdu, 0, HEADER, false);
    run(pdu, HEADER, pdu.length, true);
    count(0, 100, 100);
    isFound(deliveries::check, "0 bytes placed, 100 copied, 100 delivered");
  }

  @Test
  void aByteThatIsNotDeliveredIsFound() {
    byte[] pdu = data(CID, 100);
    run(pdu, 0, pdu.length, false);
    count(0, 100, 99);
    isFound(deliveries::check, "100 copied, 99 delivered");
  }

  @Test
  void nothingButDataIsPlaced() {
    byte[] pdu = data(CID, 100);
    isFound(() -> run(pdu, 0, pdu.length, true), "HEADER");
  }

  @Test
  void afterAFaultOnlyTheSumHasToAgree() {
    byte[] pdu = data(CID, 100);
    deliveries.began(CID);
    run(pdu, 0, pdu.length, false);
    deliveries.stop();
    deliveries.check();
    run(pdu, 0, pdu.length, false);
    deliveries.check();
    deliveries.ended(CID, 100, true);
    count(0, 1, 0);
    isFound(deliveries::check, "0 delivered");
  }

  @Test
  void aQueueThatIsAddedAnewCountsFromNothing() {
    byte[] pdu = data(CID, 100);
    deliveries.began(CID);
    run(pdu, 0, pdu.length, false);
    count(0, 100, 100);
    deliveries.check();
    DdpCounters next = new DdpCounters();
    deliveries.run(next, MemorySegment.ofArray(pdu), 0, HEADER, false);
    deliveries.check();
    deliveries.ended(CID, 100, true);
  }

  @Test
  void bytesOfACommandThatIsOverAreNotThoseOfTheNextInItsSlot() {
    deliveries.began(CID);
    deliveries.ended(CID, 0, true);
    deliveries.began(CID + ENTRIES);
    byte[] pdu = data(CID, 100);
    run(pdu, 0, pdu.length, false);
    deliveries.ended(CID + ENTRIES, 0, true);
  }

  @Test
  void anEndInARunIsJudgedWhenTheQueueHasTakenTheRunAndFoundNoFaultInIt() {
    byte[] twice = new byte[2 * (HEADER + 100)];
    System.arraycopy(data(CID, 100), 0, twice, 0, HEADER + 100);
    System.arraycopy(data(CID, 100), 0, twice, HEADER + 100, HEADER + 100);
    deliveries.began(CID);
    run(twice, 0, twice.length, false);
    deliveries.ended(CID, 100, true);
    count(0, 200, 200);
    isFound(deliveries::check, "0 were placed and 200 copied");
    // The second one is a fault, which the queue finds after the end.
    deliveries.stop();
    deliveries.check();
  }
}
