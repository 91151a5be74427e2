package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features.TemperatureThreshold;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.SmartLog;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.subsystem.Namespace;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asynchronous events: who hears of what, when, and how often. */
class SessionEventsTest {
  private static final int NAMESPACES = 1 << 8;
  private static final int TEMPERATURE = 1 << 1;
  private static final String CHANGED = " 0 40002";
  private static final String HOT = " 0 20101";

  private SessionHarness.World world;
  private AdminConsole admin;

  @BeforeEach
  void setUp() {
    world = new SessionHarness.World(new MemoryBackend(1 << 20));
    admin = new AdminConsole(world);
  }

  @AfterEach
  void tearDown() {
    admin.close();
    world.close();
  }

  private void add(int nsid) {
    world.subsystem.add(new Namespace(nsid, new UUID(0, nsid), 4096, new NullBackend(1 << 20)));
  }

  private void overThreshold(int kelvin) {
    int value = new TemperatureThreshold(kelvin, 0, false, 0).encode();
    assertThat(admin.set(FeatureId.TEMPERATURE_THRESHOLD, value)).isZero();
  }

  @Test
  void tellsOnlyWhoAsked() {
    AdminConsole other = new AdminConsole(world);
    other.requestEvent(1);
    admin.wantEvents(NAMESPACES);
    admin.requestEvent(1);
    add(2);
    assertThat(admin.takeEvents()).containsExactly("1" + CHANGED);
    assertThat(other.takeEvents()).isEmpty();
    // The list is kept for both.
    assertThat(ChangedNamespaceLog.decode(other.log(LogPageId.CHANGED_NAMESPACES, 4096)).nsids())
        .containsExactly(2L);
    other.close();
  }

  @Test
  void reportsWhatHappenedBeforeTheRequestCame() {
    admin.wantEvents(NAMESPACES);
    add(2);
    assertThat(admin.takeEvents()).isEmpty();
    admin.requestEvent(3);
    assertThat(admin.takeEvents()).containsExactly("3" + CHANGED);
  }

  @Test
  void holdsEventsOfATypeUntilItsLogPageIsRead() {
    admin.wantEvents(NAMESPACES);
    admin.requestEvent(1);
    admin.requestEvent(2);
    add(2);
    add(3);
    assertThat(admin.takeEvents()).containsExactly("1" + CHANGED);
    byte[] page = admin.log(LogPageId.CHANGED_NAMESPACES, 4096, 0, true);
    assertThat(ChangedNamespaceLog.decode(page).nsids()).containsExactly(2L, 3L);
    add(4);
    assertThat(admin.takeEvents()).as("retained: still masked").isEmpty();
    page = admin.log(LogPageId.CHANGED_NAMESPACES, 4096);
    assertThat(ChangedNamespaceLog.decode(page).nsids()).containsExactly(2L, 3L, 4L);
    assertThat(admin.takeEvents()).as("the host has read of it").isEmpty();
    page = admin.log(LogPageId.CHANGED_NAMESPACES, 4096);
    assertThat(ChangedNamespaceLog.decode(page).nsids()).isEmpty();
    world.subsystem.resize(3, 1 << 20);
    assertThat(admin.takeEvents()).as("nothing has changed").isEmpty();
    world.subsystem.remove(3);
    assertThat(admin.takeEvents()).containsExactly("2" + CHANGED);
  }

  @Test
  void aLogThatCannotArriveIsNotCleared() {
    admin.wantEvents(NAMESPACES);
    admin.requestEvent(1);
    admin.requestEvent(2);
    add(2);
    assertThat(admin.takeEvents()).containsExactly("1" + CHANGED);
    byte[] wrongLength = AdminConsole.logSqe(LogPageId.CHANGED_NAMESPACES, 4096, 0, false);
    Sgl.transport(wrongLength, 0, 512);
    assertThat(admin.answer(wrongLength).status())
        .isEqualTo(Status.DATA_SGL_LENGTH_INVALID | Status.DNR);
    byte[] beyond = AdminConsole.logSqe(LogPageId.CHANGED_NAMESPACES, 4, 8192, false);
    assertThat(admin.answer(beyond).status()).isEqualTo(Status.INVALID_FIELD | Status.DNR);
    add(3);
    assertThat(admin.takeEvents()).as("still masked").isEmpty();
    byte[] page = admin.log(LogPageId.CHANGED_NAMESPACES, 4096);
    assertThat(ChangedNamespaceLog.decode(page).nsids()).containsExactly(2L, 3L);
  }

  @Test
  void reportsHealthBeforeNoticesAndBothTypesAtOnce() {
    admin.wantEvents(NAMESPACES | TEMPERATURE);
    add(2);
    overThreshold(200);
    admin.requestEvent(1);
    admin.requestEvent(2);
    assertThat(admin.takeEvents()).containsExactly("1" + HOT, "2" + CHANGED);
    assertThat(SmartLog.decode(admin.log(LogPageId.SMART, 512)).criticalWarning())
        .isEqualTo(TEMPERATURE);
    overThreshold(400);
    assertThat(SmartLog.decode(admin.log(LogPageId.SMART, 512)).criticalWarning()).isZero();
    admin.requestEvent(3);
    overThreshold(298);
    assertThat(admin.takeEvents()).containsExactly("3" + HOT);
  }

  @Test
  void reportsAWarningThatStandsWhenTheHostBeginsToCare() {
    overThreshold(200);
    admin.requestEvent(1);
    assertThat(admin.takeEvents()).isEmpty();
    admin.wantEvents(TEMPERATURE);
    assertThat(admin.takeEvents()).containsExactly("1" + HOT);
  }

  @Test
  void refusesToPromiseEventsThatNeverCome() {
    int refused = Status.INVALID_FIELD | Status.DNR;
    assertThat(admin.set(FeatureId.ASYNC_EVENT_CONFIGURATION, 1 << 11)).isEqualTo(refused);
    assertThat(admin.set(FeatureId.ASYNC_EVENT_CONFIGURATION, 1L << 31)).isEqualTo(refused);
    assertThat(admin.current(FeatureId.ASYNC_EVENT_CONFIGURATION)).isZero();
  }

  @Test
  void aResetVoidsRequestsAndForgetsEvents() {
    admin.wantEvents(NAMESPACES);
    admin.requestEvent(1);
    admin.requestEvent(2);
    add(2);
    add(3);
    assertThat(admin.takeEvents()).containsExactly("1" + CHANGED);
    admin.session.host.propertySet(9, Fabrics.PROPERTY_CC, 0x460000);
    assertThat(admin.takeEvents()).containsExactly("2 7 0", "9 0 0");
    admin.session.host.propertySet(9, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(admin.takeEvents()).containsExactly("9 0 0");
    assertThat(admin.current(FeatureId.ASYNC_EVENT_CONFIGURATION)).isZero();
    for (int cid = 1; cid <= 4; cid++) {
      admin.requestEvent(cid);
    }
    assertThat(admin.takeEvents()).as("all four are free again").isEmpty();
    assertThat(ChangedNamespaceLog.decode(admin.log(LogPageId.CHANGED_NAMESPACES, 4096)).nsids())
        .isEmpty();
  }

  @Test
  void refusesEventRequestsWhileTheControllerIsDisabled() {
    admin.session.host.propertySet(9, Fabrics.PROPERTY_CC, 0x460000);
    admin.takeEvents();
    assertThat(admin.status(AdminOpcode.ASYNC_EVENT_REQUEST, 0, 0, 0, 0))
        .isEqualTo(Status.COMMAND_SEQUENCE_ERROR | Status.DNR);
  }
}
