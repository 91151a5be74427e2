package io.nvmetcp.target.subsystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AsyncEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLedgerTest {
  private static final AsyncEvent ERROR = new AsyncEvent(AsyncEvent.ERROR, 3, 1);
  private static final AsyncEvent HEALTH = new AsyncEvent(AsyncEvent.HEALTH, 1, 2);
  private static final AsyncEvent NAMESPACES = new AsyncEvent(AsyncEvent.NOTICE, 0, 4);
  private static final AsyncEvent DISCOVERY = new AsyncEvent(AsyncEvent.NOTICE, 0xF0, 0x70);

  private final EventLedger ledger = new EventLedger();

  private List<AsyncEvent> takeAll() {
    List<AsyncEvent> taken = new ArrayList<>();
    for (var event = ledger.take(); event.isPresent(); event = ledger.take()) {
      taken.add(AsyncEvent.decode(event.getAsInt()));
    }
    return taken;
  }

  @Test
  void reportsErrorsBeforeHealthBeforeNotices() {
    ledger.post(NAMESPACES);
    ledger.post(HEALTH);
    ledger.post(ERROR);
    assertThat(takeAll()).containsExactly(ERROR, HEALTH, NAMESPACES);
  }

  @Test
  void holdsATypeUntilWhatWasReportedIsCleared() {
    ledger.post(NAMESPACES);
    ledger.post(DISCOVERY);
    ledger.post(HEALTH);
    assertThat(takeAll()).containsExactly(HEALTH, NAMESPACES);
    ledger.clear(2);
    assertThat(takeAll()).as("another type").isEmpty();
    ledger.clear(4);
    assertThat(takeAll()).containsExactly(DISCOVERY);
  }

  @Test
  void readingAPageTakesWhatWaitsForItAlong() {
    ledger.post(NAMESPACES);
    assertThat(takeAll()).containsExactly(NAMESPACES);
    ledger.post(NAMESPACES);
    ledger.clear(4);
    assertThat(takeAll()).isEmpty();
    ledger.post(NAMESPACES);
    assertThat(takeAll()).containsExactly(NAMESPACES);
  }

  @Test
  void holdsEqualEventsOnceAndForgetsAllAtAReset() {
    for (int i = 0; i < 1000; i++) {
      ledger.post(HEALTH);
      ledger.post(NAMESPACES);
    }
    assertThat(takeAll()).containsExactly(HEALTH, NAMESPACES);
    ledger.post(HEALTH);
    ledger.reset();
    assertThat(takeAll()).isEmpty();
    ledger.post(HEALTH);
    assertThat(takeAll()).containsExactly(HEALTH);
  }
}
