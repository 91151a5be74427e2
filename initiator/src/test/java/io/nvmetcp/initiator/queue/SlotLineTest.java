package io.nvmetcp.initiator.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a command that comes to a queue pair, or waits for it. */
class SlotLineTest implements SlotLine.Shell<String> {
  private final List<String> told = new ArrayList<>();
  private final SlotLine<String> line = new SlotLine<>(2, this);
  private int room;
  private int refusal;

  @Override
  public int submit(String command) {
    if (refusal < 0) {
      return refusal;
    }
    if (room == 0) {
      return QueuePair.QUEUE_FULL;
    }
    told.add("submitted " + command);
    return --room;
  }

  @Override
  public void waits(String command) {
    told.add(command + " waits");
  }

  @Override
  public void goesBack(String command, String why) {
    told.add(command + " goes back: " + why);
  }

  @Override
  public void neverSent(String command, String why) {
    told.add(command + " is not sent: " + why);
  }

  @Override
  public String reason() {
    return "reset";
  }

  private void tells(String... lines) {
    assertThat(told).containsExactly(lines);
    told.clear();
  }

  @Test
  void nobodyOvertakesThoseThatWaitEvenIfThereIsRoom() {
    room = 1;
    line.start("a");
    line.start("b");
    tells("submitted a", "b waits");
    room = 2;
    line.start("c");
    tells("c waits");
    line.slotFree();
    tells("submitted b", "submitted c");
    assertThat(line.size()).isZero();
  }

  @Test
  void onlyThoseThatWereCountedMayWaitBeyondTheLimit() {
    line.start("a");
    line.start("b");
    line.start("c");
    line.resume("d");
    tells("a waits", "b waits", "c is not sent: 2 commands wait for a slot already", "d waits");
    room = 1;
    line.slotFree();
    tells("submitted a");
    assertThat(line.size()).isEqualTo(2);
  }

  @Test
  void whatFindsTheConnectionEndedGoesBackAndWhatCannotBeSentAnywhereDoesNot() {
    refusal = QueuePair.CLOSED;
    line.start("a");
    refusal = QueuePair.REGION_CLOSED;
    line.start("b");
    refusal = QueuePair.REGION_KIND;
    line.start("c");
    refusal = QueuePair.TOO_SMALL;
    line.start("d");
    tells(
        "a goes back: the connection has ended: reset",
        "b is not sent: the buffer's region is closing",
        "c is not sent: this host cannot read the memory of a device",
        "d is not sent: the queue has no room for two commands at a time");
  }

  @Test
  void oneThatIsRefusedInItsTurnDoesNotHoldUpThoseBehindIt() {
    line.start("a");
    line.start("b");
    told.clear();
    refusal = QueuePair.REGION_CLOSED;
    line.slotFree();
    tells(
        "a is not sent: the buffer's region is closing",
        "b is not sent: the buffer's region is closing");
  }

  @Test
  void whatWaitsAtTheEndGoesBackUnlessTheControllerIsClosedAnyway() {
    line.start("a");
    line.close();
    tells("a waits", "a goes back: the connection has ended: reset");
    line.start("b");
    line.drain();
    line.start("c");
    line.close();
    tells(
        "b waits",
        "c is not sent: the controller is closed",
        "b is not sent: the connection has ended: reset");
  }

  @Test
  void whatWaitsIsSubmittedWhileItDrains() {
    line.start("a");
    line.drain();
    room = 1;
    line.slotFree();
    tells("a waits", "submitted a");
  }
}
