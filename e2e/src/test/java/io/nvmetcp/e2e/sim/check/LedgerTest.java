package io.nvmetcp.e2e.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The model of a block: which values a read may return, and which not. */
class LedgerTest {
  private static final int WIRE = 3;

  private final Ledger ledger = new Ledger();
  private NamespaceHistory history = namespace(false);

  private NamespaceHistory namespace(boolean cached) {
    return new NamespaceHistory("test", 8, cached, true, ledger.ticks());
  }

  private Operation called(Operation.Kind kind, int block) {
    Operation operation = new Operation();
    operation.kind = kind;
    operation.history = history;
    operation.block = block;
    operation.blocks = kind == Operation.Kind.FLUSH ? 0 : 1;
    if (kind == Operation.Kind.WRITE || kind == Operation.Kind.COMPARE_AND_WRITE) {
      operation.version = ledger.versions(1);
    }
    ledger.call(operation);
    return operation;
  }

  private Operation written(int block) {
    Operation write = called(Operation.Kind.WRITE, block);
    ledger.succeeded(write);
    return write;
  }

  private void reads(int block, long version) {
    Operation read = called(Operation.Kind.READ, block);
    ledger.read(read, new long[] {version});
  }

  private static void violates(Rule rule, ThrowingCallable what) {
    assertThatThrownBy(what)
        .isInstanceOfSatisfying(
            Violation.class, violation -> assertThat(violation.rule()).isEqualTo(rule));
  }

  @Test
  void aBlockIsZeroUntilItIsWritten() {
    reads(0, NamespaceHistory.ZERO);
    long version = written(0).version;
    reads(0, version);
    violates(Rule.VALUE, () -> reads(0, NamespaceHistory.ZERO));
  }

  @Test
  void aValueThatWasNeverWrittenIsNeverRead() {
    long version = written(0).version;
    violates(Rule.VALUE, () -> reads(1, version));
  }

  @Test
  void aWriteUnderWayMayBeReadOrNot() {
    Operation write = called(Operation.Kind.WRITE, 0);
    reads(0, NamespaceHistory.ZERO);
    reads(0, write.version);
    violates(Rule.VALUE, () -> reads(0, NamespaceHistory.ZERO));
  }

  @Test
  void twoWritesAtATimeEndInOneOrderForAllReaders() {
    Operation one = called(Operation.Kind.WRITE, 0);
    Operation other = called(Operation.Kind.WRITE, 0);
    ledger.succeeded(one);
    ledger.succeeded(other);
    reads(0, one.version);
    violates(Rule.VALUE, () -> reads(0, other.version));
  }

  @Test
  void aReadThatTakesLongMayReturnWhatWasThereWhenItWasCalled() {
    long before = written(0).version;
    Operation read = called(Operation.Kind.READ, 0);
    for (int i = 0; i < 40; i++) {
      Operation unused = written(0);
    }
    ledger.read(read, new long[] {before});
    violates(Rule.VALUE, () -> reads(0, before));
  }

  @Test
  void aWriteThatFailedUntouchedIsNeverRead() {
    Operation write = called(Operation.Kind.WRITE, 0);
    ledger.failed(write, false);
    violates(Rule.VALUE, () -> reads(0, write.version));
  }

  @Test
  void aWriteThatWasReadHasNotFailedUntouched() {
    Operation write = called(Operation.Kind.WRITE, 0);
    reads(0, write.version);
    violates(Rule.FAILED_WRITE, () -> ledger.failed(write, false));
  }

  @Test
  void aLostWriteMayComeLateUntilItsConnectionIsDead() {
    Operation lost = called(Operation.Kind.WRITE, 0);
    ledger.lost(lost, WIRE);
    long version = written(0).version;
    reads(0, version);
    reads(0, lost.version);

    Operation second = called(Operation.Kind.WRITE, 1);
    ledger.lost(second, WIRE);
    ledger.dead(WIRE);
    long after = written(1).version;
    reads(1, after);
    violates(Rule.VALUE, () -> reads(1, second.version));
  }

  @Test
  void aWriteIsSentAgainOnlyWhenItsConnectionIsDead() {
    Operation write = called(Operation.Kind.WRITE, 0);
    violates(Rule.QUIESCE, () -> ledger.again(write, WIRE));
    ledger.dead(WIRE);
    ledger.again(write, WIRE);
    ledger.succeeded(write);
    reads(0, write.version);
  }

  @Test
  void anOperationEndsOnce() {
    Operation write = written(0);
    violates(Rule.OUTCOME, () -> ledger.succeeded(write));
  }

  @Test
  void whatWasNotFlushedMayBeLostByAPowerCutAndWhatWasIsNot() {
    history = namespace(true);
    long first = written(0).version;
    ledger.succeeded(called(Operation.Kind.FLUSH, 0));
    long second = written(0).version;
    history.powerCut();
    reads(0, first);
    violates(Rule.VALUE, () -> reads(0, second));

    history = namespace(true);
    Operation unused = written(0);
    long flushed = written(0).version;
    ledger.succeeded(called(Operation.Kind.FLUSH, 0));
    history.powerCut();
    violates(Rule.VALUE, () -> reads(0, NamespaceHistory.ZERO));
    reads(0, flushed);
  }

  @Test
  void aWriteThatWaitedThroughAPowerCutMayHappenAfterIt() {
    history = namespace(true);
    Operation waits = called(Operation.Kind.WRITE, 0);
    history.powerCut();
    reads(0, NamespaceHistory.ZERO);
    ledger.succeeded(waits);
    reads(0, waits.version);
  }

  @Test
  void aForcedWriteSurvives() {
    history = namespace(true);
    Operation write = called(Operation.Kind.WRITE, 0);
    write.forced = true;
    ledger.succeeded(write);
    history.powerCut();
    violates(Rule.VALUE, () -> reads(0, NamespaceHistory.ZERO));
  }

  @Test
  void ofTwoThatTakeTheSameValueAwayOneSucceeds() {
    long version = written(0).version;
    Operation one = called(Operation.Kind.COMPARE_AND_WRITE, 0);
    Operation other = called(Operation.Kind.COMPARE_AND_WRITE, 0);
    one.expected = version;
    other.expected = version;
    ledger.succeeded(one);
    violates(Rule.COMPARE_AND_WRITE, () -> ledger.succeeded(other));
  }

  @Test
  void blocksThatComeBackAreZeros() {
    long version = written(7).version;
    history.resized(4);
    history.resized(8);
    violates(Rule.VALUE, () -> reads(7, version));
    reads(7, NamespaceHistory.ZERO);
  }
}
