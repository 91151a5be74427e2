package io.nvmetcp.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Identity WRITER = new Identity(1, 42, 0);
  private static final UUID NAMESPACE = new UUID(1, 2);

  private final Ledger ledger = Ledger.inMemory(100, 200);
  @TempDir Path dir;

  @AfterEach
  void close() {
    ledger.close();
  }

  private static void write(Ledger ledger, long lba) {
    ledger.issue(lba);
    ledger.acknowledged(lba);
  }

  private void assertRange(long lba, int floor, int newest) {
    assertThat(ledger.floor(lba)).as("floor").isEqualTo(floor);
    assertThat(ledger.newest(lba)).as("newest").isEqualTo(newest);
  }

  @Test
  void aBlockMayShowWhatWasAcknowledgedAndWhatWasIssuedSince() {
    assertRange(150, 0, 0);
    assertThat(ledger.issue(150)).isEqualTo(1);
    assertRange(150, 0, 1);
    ledger.acknowledged(150);
    assertRange(150, 1, 1);
    // One whose outcome is unknown, then one that succeeds.
    ledger.issue(150);
    assertRange(150, 1, 2);
    assertThat(ledger.issue(150)).isEqualTo(3);
    ledger.acknowledged(150);
    assertRange(150, 3, 3);
    assertRange(151, 0, 0);
  }

  @Test
  void inDoubtOnlyWhatAFlushFollowedMustBeFound() {
    write(ledger, 100);
    int flush = ledger.flushIssued();
    write(ledger, 101);
    ledger.flushed(flush);
    write(ledger, 100);
    assertRange(100, 2, 2);
    assertRange(101, 1, 1);
    ledger.doubt();
    assertThat(ledger.strict()).isFalse();
    assertRange(100, 1, 2);
    // It was acknowledged after the flush was sent.
    assertRange(101, 0, 1);
  }

  @Test
  void aFlushAfterALossDoesNotCoverWhatWasAcknowledgedBefore() {
    write(ledger, 100);
    ledger.flushed(ledger.flushIssued());
    write(ledger, 100);
    write(ledger, 101);
    ledger.doubt();
    ledger.flushed(ledger.flushIssued());
    assertRange(100, 1, 2);
    assertRange(101, 0, 1);
    // What is written from now on is covered by the next one.
    write(ledger, 101);
    ledger.flushed(ledger.flushIssued());
    ledger.doubt();
    assertRange(101, 2, 2);
    assertRange(100, 1, 2);
  }

  @Test
  void flushesMayEndInAnyOrder() {
    write(ledger, 100);
    int first = ledger.flushIssued();
    write(ledger, 101);
    int second = ledger.flushIssued();
    write(ledger, 102);
    ledger.flushed(second);
    ledger.flushed(first);
    ledger.doubt();
    assertRange(100, 1, 1);
    assertRange(101, 1, 1);
    assertRange(102, 0, 1);
  }

  @Test
  void whatWasSeenAfterALossIsTheNewTruth() {
    write(ledger, 100);
    ledger.flushed(ledger.flushIssued());
    write(ledger, 100);
    write(ledger, 100);
    ledger.doubt();
    assertRange(100, 1, 3);
    ledger.observed(100, 2);
    assertRange(100, 1, 3);
    ledger.flushed(ledger.flushIssued());
    assertRange(100, 2, 3);
    assertThat(ledger.issue(100)).isEqualTo(4);
    ledger.acknowledged(100);
    assertRange(100, 2, 4);
    // It was sent before the write, and is judged after it.
    ledger.observed(100, 2);
    ledger.flushed(ledger.flushIssued());
    assertRange(100, 4, 4);
  }

  @Test
  void twoWritesOfABlockAtATimeAreRefused() {
    assertThat(ledger.claim(163, 4)).isTrue();
    assertThat(ledger.claim(166, 4)).isFalse();
    assertThat(ledger.claim(160, 4)).isFalse();
    assertThat(ledger.claim(167, 4)).isTrue();
    // What was refused claimed nothing.
    assertThat(ledger.claim(160, 3)).isTrue();
    ledger.release(163, 4);
    assertThat(ledger.claim(163, 4)).isTrue();
    assertThat(ledger.claim(170, 1)).isFalse();
    assertThat(ledger.claim(299, 1)).isTrue();
  }

  private static LedgerFile.Scope scope(long blocks) {
    return new LedgerFile.Scope(WRITER, NAMESPACE, 100, blocks, 4096);
  }

  @Test
  void aFileRemembersEverythingAndLeavesDoubt() throws IOException {
    Path file = dir.resolve("state");
    try (Ledger written = LedgerFile.create(file, scope(50))) {
      assertThat(written.strict()).isTrue();
      write(written, 100);
      written.flushed(written.flushIssued());
      write(written, 100);
      written.issue(149);
      // As if the process were killed here: nothing is saved, only mapped.
      try (Ledger loaded = LedgerFile.load(file, scope(50))) {
        assertThat(loaded.strict()).isFalse();
        assertThat(loaded.floor(100)).isEqualTo(1);
        assertThat(loaded.newest(100)).isEqualTo(2);
        assertThat(loaded.floor(149)).isZero();
        assertThat(loaded.newest(149)).isEqualTo(1);
        // It may yet be carried out.
        assertThat(loaded.inherits()).isTrue();
        assertThat(loaded.inherited(148, 2)).isTrue();
        assertThat(loaded.inherited(100, 49)).isFalse();
        assertThat(loaded.claim(140, 10)).isFalse();
        assertThat(loaded.claim(100, 49)).isTrue();
        loaded.forgetInherited();
        assertThat(loaded.inherits()).isFalse();
        assertThat(loaded.inherited(148, 2)).isFalse();
        assertThat(loaded.claim(149, 1)).isTrue();
        assertThat(loaded.issue(149)).isEqualTo(2);
        assertThat(loaded.flushIssued()).isEqualTo(2);
      }
    }
    try (Ledger fresh = LedgerFile.create(file, scope(50))) {
      assertThat(fresh.newest(100)).isZero();
    }
  }

  @Test
  void theFileOfSomethingElseIsRefusedByName() throws IOException {
    Path file = dir.resolve("state");
    LedgerFile.create(file, scope(50)).close();
    assertRefused(file, scope(51), "it is of another job or namespace");
    assertRefused(
        file,
        new LedgerFile.Scope(new Identity(2, 42, 0), NAMESPACE, 100, 50, 4096),
        "it is of another namespace");
    assertRefused(
        file,
        new LedgerFile.Scope(new Identity(1, 43, 0), NAMESPACE, 100, 50, 4096),
        "it is of another randseed");
    assertRefused(
        file,
        new LedgerFile.Scope(WRITER, new UUID(1, 3), 100, 50, 4096),
        "it is of another namespace UUID");
    Files.write(file, new byte[4096 + 50 * 16]);
    assertRefused(file, scope(50), "it is of another kind of file");
    Files.delete(file);
    assertRefused(file, scope(50), "there is no such file");
  }

  private static void assertRefused(Path file, LedgerFile.Scope scope, String reason) {
    assertThatThrownBy(() -> LedgerFile.load(file, scope).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("verify state " + file + ": " + reason);
  }
}
