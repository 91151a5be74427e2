package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.ControllerModel;
import io.nvmetcp.initiator.testkit.ScriptedController;
import io.nvmetcp.initiator.testkit.ScriptedController.Command;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ConnectCommand;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * A controller on a loopback port that brings hosts up as it should and for the rest does what a
 * test says. All of it runs on one event loop.
 */
final class ScriptedServer {
  /** One connection of a host. */
  final class Connection {
    final ScriptedController controller = new ScriptedController();
    final NetSocket socket;
    final Promise<Void> gone = Promise.promise();
    final BlockingQueue<Integer> eventRequests = new LinkedBlockingQueue<>();
    volatile int qid = -1;

    Connection(NetSocket socket) {
      this.socket = socket;
      controller.onCommand(this::command);
      socket.closeHandler(closed -> gone.tryComplete());
    }

    private void command(Command command) {
      if (command.isFabrics(Fabrics.CONNECT)) {
        qid = ConnectCommand.qid(command.sqe(), 0);
      }
      if (script.test(this, command)) {
        return;
      }
      if (command.opcode() == AdminOpcode.ASYNC_EVENT_REQUEST && qid == 0) {
        eventRequests.add(command.cid());
        return;
      }
      if (command.opcode() == AdminOpcode.GET_LOG_PAGE && qid == 0) {
        int at = (int) Sqe.cdw(command.sqe(), 0, 12);
        int bytes = (int) ((Sqe.cdw(command.sqe(), 0, 10) >>> 16) + 1) * 4;
        controller.answer(command.cid(), Arrays.copyOfRange(discoveryLog, at, at + bytes));
        return;
      }
      ControllerModel.Answer answer = model.answer(command.sqe());
      if (Status.isSuccess(answer.status()) && answer.data().length > 0) {
        controller.answer(command.cid(), answer.data());
      } else {
        boolean connect = command.isFabrics(Fabrics.CONNECT);
        controller.respond(
            command.cid(),
            answer.status(),
            answer.result(),
            connect ? Fabrics.SQHD_FLOW_CONTROL_DISABLED : 0);
      }
    }

    /** Does something on this connection's event loop, and sends what was written. */
    void run(Runnable action) {
      Promise<Void> done = Promise.promise();
      socket
          .write("")
          .onComplete(
              written -> {
                action.run();
                flush();
                done.complete();
              });
      ShellTest.await(done.future());
    }

    /** Closes it, in the middle of whatever is under way. */
    void cut() {
      ShellTest.await(socket.close().eventually(gone::future).otherwiseEmpty());
    }

    ControllerModel model() {
      return model;
    }

    /** Sends what was written. */
    void flush() {
      byte[] bytes = controller.take();
      if (bytes.length > 0) {
        socket.write(Buffer.buffer(bytes)).onFailure(lost -> gone.tryComplete());
      }
    }
  }

  final ControllerModel model = new ControllerModel();
  final List<Connection> connections = new CopyOnWriteArrayList<>();
  volatile byte[] discoveryLog = {};

  /** Told of each command first; true if it did, or will do, all that is to be done. */
  volatile BiPredicate<Connection, Command> script = (connection, command) -> false;

  /** Told of each connection before anything else. */
  volatile Consumer<Connection> greeting = connection -> {};

  private final NetServer server;

  ScriptedServer(Vertx vertx) {
    server = vertx.createNetServer();
    server.connectHandler(
        socket -> {
          Connection connection = new Connection(socket);
          connections.add(connection);
          greeting.accept(connection);
          socket.handler(
              buffer -> {
                connection.controller.accept(buffer.getBytes());
                connection.flush();
              });
        });
  }

  Future<ScriptedServer> start() {
    return server.listen(0, "127.0.0.1").map(this);
  }

  int port() {
    return server.actualPort();
  }

  Future<Void> stop() {
    return server.close();
  }

  SubsystemAddress address() {
    return new SubsystemAddress("127.0.0.1", port(), "nqn.test");
  }

  /** The connection of an I/O queue that is connected. */
  Connection queue(int qid) {
    return connections.stream().filter(it -> it.qid == qid).findFirst().orElseThrow();
  }

  /** The newest connection of a queue; waits for it if there is none, or it is gone. */
  Connection newest(int qid) {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      for (int i = connections.size() - 1; i >= 0; i--) {
        Connection connection = connections.get(i);
        if (connection.qid == qid && !connection.gone.future().isComplete()) {
          return connection;
        }
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("no connection of queue " + qid + " within 60 s");
      }
      Thread.onSpinWait();
    }
  }

  /** Cuts all connections; new ones are taken. */
  void cutAll() {
    connections.forEach(Connection::cut);
  }

  /** Waits until every host has closed its connections. */
  void awaitAllGone() {
    for (Connection connection : connections) {
      ShellTest.await(connection.gone.future());
    }
  }
}
