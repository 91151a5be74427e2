package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of a controller's life share: a server whose I/O a test holds, the events. */
abstract class LifeTest extends ShellTest {

  /** An I/O command that arrived, and where. */
  record Held(ScriptedServer.Connection connection, Command command) {
    void answer(int status) {
      connection.run(() -> connection.controller.respond(command.cid(), status));
    }

    /** Answers with success, and zeros if it is a read. */
    void succeed() {
      connection.run(
          () -> {
            boolean done = LifeTest.succeed(connection, command);
            assertThat(done).isTrue();
          });
    }

    int opcode() {
      return command.opcode();
    }
  }

  final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
  final BlockingQueue<ControllerEvent> events = new LinkedBlockingQueue<>();
  ScriptedServer server;
  Controller controller;
  Region region;

  @BeforeEach
  void serveAndHold() {
    server = serve("nio");
    server.script = (connection, command) -> isIo(connection, command) && hold(connection, command);
  }

  @AfterEach
  void nothingIsLeft() {
    if (controller != null) {
      await(controller.close());
      assertThat(controller.state()).isEqualTo(ControllerState.ENDED);
      region.close();
      assertThat(liveRegions()).isZero();
      assertThat(await(controller.statistics()).balanced()).isTrue();
    }
  }

  boolean hold(ScriptedServer.Connection connection, Command command) {
    return held.add(new Held(connection, command));
  }

  static boolean isIo(ScriptedServer.Connection connection, Command command) {
    return connection.qid > 0 && command.opcode() != Fabrics.OPCODE;
  }

  /** Connects again soon after a loss. */
  static ReconnectOptions soon() {
    return new ReconnectOptions().setFirstDelayMillis(10).setMaxDelayMillis(20);
  }

  void connected(InitiatorOptions options) {
    controller = connect(options);
    controller.events().handler(events::add);
    region = region(1 << 20);
  }

  Namespace namespace() {
    return controller.namespace(1).orElseThrow();
  }

  Future<Void> read(int blocks) {
    return namespace().read(0, region.slice(0, blocks * BLOCK));
  }

  Future<Void> write(int blocks) {
    return namespace().write(0, region.slice(1 << 19, blocks * BLOCK));
  }

  /** The next I/O command that arrives. */
  Held next() {
    return take(held, "a command");
  }

  /** Waits for a change of the controller's state. */
  String awaitState(ControllerState state) {
    while (true) {
      if (take(events, "state " + state) instanceof ControllerEvent.StateChanged changed
          && changed.to() == state) {
        return changed.reason();
      }
    }
  }

  /** Waits for an event of a type. */
  <E extends ControllerEvent> E awaitEvent(Class<E> type) {
    while (true) {
      ControllerEvent event = take(events, type.getSimpleName());
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  static void awaitAll(List<? extends Future<?>> futures) {
    Object unused = await(Future.all(futures));
  }

  static <T> T take(BlockingQueue<T> from, String what) {
    try {
      T taken = from.poll(60, TimeUnit.SECONDS);
      assertThat(taken).as("%s, within 60 s", what).isNotNull();
      return Objects.requireNonNull(taken);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Answers I/O as it comes from now on, with success and zeros. */
  void letGo() {
    server.script =
        (connection, command) -> isIo(connection, command) && succeed(connection, command);
  }

  static boolean succeed(ScriptedServer.Connection connection, Command command) {
    switch (command.opcode()) {
      case IoOpcode.READ ->
          connection.controller.answer(
              command.cid(), new byte[Sqe.blocks(command.sqe(), 0) * BLOCK]);
      default -> connection.controller.respond(command.cid(), Status.SUCCESS);
    }
    return true;
  }
}
