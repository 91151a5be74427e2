package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.EmbeddedQueue.Device;
import io.nvmetcp.initiator.EmbeddedQueue.Outcome;
import io.nvmetcp.initiator.Misdeed.Scene;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A queue with four commands sent, none answered, and one that waits for a slot. */
final class Stage {
  final EmbeddedQueue queue;
  final Map<Character, Outcome> sent = new TreeMap<>();
  final Outcome waiting;
  final Scene scene;
  final int commands;

  Stage(Vertx vertx, Device device, String digests) {
    ScriptedController c = new ScriptedController();
    boolean header = digests.contains("H");
    queue = new EmbeddedQueue(vertx, device, header, digests.contains("D"), c).connected();
    // Every slot was used before, so that there are identifiers which were valid once.
    List<Outcome> early = new ArrayList<>();
    for (int i = 0; i < EmbeddedQueue.ENTRIES; i++) {
      early.add(queue.flush());
    }
    queue.exchange();
    c.commands().forEach(command -> c.respond(command.cid(), Status.SUCCESS));
    queue.exchange();
    assertThat(early).allSatisfy(flush -> assertThat(flush).hasToString("success"));
    int first = c.commands().size();
    sent.put('R', queue.read(16_384, Scene.BYTES));
    sent.put('S', queue.read(40_960, Scene.BYTES / 2));
    sent.put('W', queue.write(65_536, Scene.BYTES));
    sent.put('F', queue.flush());
    waiting = queue.flush();
    queue.exchange();
    List<Integer> cids =
        c.commands().subList(first, c.commands().size()).stream().map(Command::cid).toList();
    assertThat(cids).hasSize(EmbeddedQueue.ENTRIES);
    commands = c.commands().size();
    int next = cids.get(3) + EmbeddedQueue.ENTRIES;
    scene = new Scene(c, cids.get(0), cids.get(1), cids.get(2), cids.get(3), next);
  }

  String outcomes() {
    return sent + " " + waiting;
  }

  /** What {@link #outcomes} is if these have succeeded and the connection is lost. */
  String lostBut(String done) {
    Map<Character, String> expected = new TreeMap<>();
    sent.keySet()
        .forEach(
            name -> expected.put(name, done.indexOf(name) >= 0 ? "success" : "outcome unknown"));
    // Where a slot became free in time, the one that waited was sent.
    boolean waits = scene.c().commands().size() == commands;
    return expected + " " + (waits ? "never sent" : "outcome unknown");
  }

  /** Answers as it should whatever is still under way; the waiting command last. */
  void answerTheRest() {
    ScriptedController c = scene.c();
    if (underWay('R')) {
      c.answer(scene.read(), new byte[Scene.BYTES]);
    }
    if (underWay('S')) {
      c.answer(scene.small(), new byte[Scene.BYTES / 2]);
    }
    if (underWay('F')) {
      c.respond(scene.flush(), Status.SUCCESS);
    }
    queue.exchange();
    if (underWay('W')) {
      int asked = c.data().stream().mapToInt(data -> data.bytes().length).sum();
      if (asked < Scene.BYTES) {
        c.r2t(scene.write(), 9, asked, Scene.BYTES - asked);
        queue.exchange();
      }
      c.respond(scene.write(), Status.SUCCESS);
      queue.exchange();
    }
    c.respond(c.lastCommand().cid(), Status.SUCCESS);
    queue.exchange();
  }

  private boolean underWay(char name) {
    return Objects.requireNonNull(sent.get(name)).toString().equals("under way");
  }

  /** What {@link #outcomes} is if all succeed but those that {@code failed} names. */
  String successBut(String failed) {
    Map<Character, String> expected = new TreeMap<>();
    sent.keySet().forEach(name -> expected.put(name, "success"));
    for (String one : failed.isEmpty() ? new String[0] : failed.split(", ")) {
      expected.put(one.charAt(0), one.substring(2));
    }
    return expected + " success";
  }
}
