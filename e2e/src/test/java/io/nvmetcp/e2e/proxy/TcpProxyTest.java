package io.nvmetcp.e2e.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of a server that echoes. */
class TcpProxyTest {
  private Vertx vertx;
  private TcpProxy proxy;
  private NetServer server;
  // Kept: Vert.x closes a client that nobody holds, and its connections with it.
  private NetClient net;

  /** A client that keeps what comes. */
  private static final class Client {
    final NetSocket socket;
    final Buffer received = Buffer.buffer();
    final Promise<Void> ended = Promise.promise();
    private final List<Promise<Void>> waiting = new ArrayList<>();
    private int wanted = Integer.MAX_VALUE;

    Client(NetSocket socket) {
      this.socket = socket;
      socket.handler(this::take);
      socket.exceptionHandler(reset -> {});
      socket.closeHandler(closed -> ended.complete());
    }

    private synchronized void take(Buffer buffer) {
      received.appendBuffer(buffer);
      if (received.length() >= wanted) {
        waiting.forEach(Promise::tryComplete);
      }
    }

    synchronized Future<Void> received(int bytes) {
      wanted = bytes;
      Promise<Void> promise = Promise.promise();
      waiting.add(promise);
      if (received.length() >= bytes) {
        promise.complete();
      }
      return promise.future();
    }

    synchronized byte[] bytes() {
      return received.getBytes();
    }
  }

  private NetServer echo(Vertx on) {
    return await(
        on.createNetServer()
            .connectHandler(
                socket -> {
                  socket.exceptionHandler(reset -> {});
                  socket.handler(bytes -> socket.write(bytes).onFailure(gone -> {}));
                })
            .listen(0, "127.0.0.1"));
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    net = vertx.createNetClient();
    server = echo(vertx);
    proxy = await(TcpProxy.start(vertx, server.actualPort(), 7));
  }

  @AfterEach
  void close() {
    await(proxy.close());
    assertThat(await(proxy.live())).as("connections left").isEmpty();
    await(vertx.close());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("within 30 s", e);
    }
  }

  private Client connect() {
    return await(net.connect(proxy.port(), "127.0.0.1").map(Client::new));
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(noise);
    return noise;
  }

  @Test
  void passesEveryByteInOrderHoweverItCutsAndDelays() {
    await(proxy.weather(Weather.FAIR.pieces(1, 700).delayed(0, 3)));
    Client client = connect();
    byte[] sent = noise(50_000);
    await(client.socket.write(Buffer.buffer(sent)));
    await(client.received(sent.length));
    assertThat(client.bytes()).isEqualTo(sent);
    assertThat(await(proxy.passedBytes(0, Way.TO_SERVER))).isEqualTo(sent.length);
    assertThat(await(proxy.passedBytes(0, Way.TO_CLIENT))).isEqualTo(sent.length);
  }

  @Test
  void whatIsStalledArrivesOnceItIsLetGo() {
    Client client = connect();
    await(client.socket.write("before"));
    await(client.received(6));
    await(proxy.stall(0, Way.TO_CLIENT, true));
    await(client.socket.write("behind"));
    // A stalled way moves nothing: what came through another connection proves that time passed.
    Client other = connect();
    await(other.socket.write("x"));
    await(other.received(1));
    assertThat(client.bytes()).hasSize(6);
    await(proxy.stall(0, Way.TO_CLIENT, false));
    await(client.received(12));
    assertThat(new String(client.bytes(), UTF_8)).isEqualTo("beforebehind");
  }

  @Test
  void aStalledProxyHoldsABoundedAmountAndThenStopsTheSender() {
    int mostOfOneRead = 256 * 1024;
    Client client = connect();
    await(proxy.whenOpened(1));
    await(proxy.stall(true));
    byte[] sent = noise(3 << 20);
    Future<Void> written = client.socket.write(Buffer.buffer(sent));
    while (await(proxy.heldBytes(0, Way.TO_SERVER)) <= Relay.HELD_BYTES) {
      Thread.onSpinWait();
    }
    // The sender goes on as long as the kernel takes it; the proxy does not.
    assertThat(await(proxy.heldBytes(0, Way.TO_SERVER)))
        .isLessThan(Relay.HELD_BYTES + mostOfOneRead);
    assertThat(await(proxy.passedBytes(0, Way.TO_SERVER))).isZero();
    await(proxy.stall(false));
    await(client.received(sent.length));
    assertThat(client.bytes()).isEqualTo(sent);
    await(written);
  }

  @Test
  void cutsAllOrOneOrAfterSoManyBytes() {
    Client first = connect();
    await(proxy.whenOpened(1));
    Client second = connect();
    await(proxy.whenOpened(2));
    await(proxy.cut(0));
    await(first.ended.future());
    assertThat(await(proxy.live())).containsExactly(1);
    await(proxy.cutAfter(1, Way.TO_CLIENT, 5));
    await(second.socket.write("0123456789"));
    await(second.ended.future());
    assertThat(new String(second.bytes(), UTF_8)).isEqualTo("01234");
    Client third = connect();
    await(proxy.whenOpened(3));
    await(proxy.resetAll());
    await(third.ended.future());
    assertThat(await(proxy.opened())).isEqualTo(3);
  }

  @Test
  void refusesWhileItIsTold() {
    await(proxy.refuse(true));
    await(connect().ended.future());
    assertThat(await(proxy.opened())).isZero();
    await(proxy.refuse(false));
    Client client = connect();
    await(client.socket.write("a"));
    await(client.received(1));
  }

  @Test
  void followsAServerThatMoved() {
    await(server.close());
    await(connect().ended.future());
    NetServer moved = echo(vertx);
    await(proxy.server(moved.actualPort()));
    Client client = connect();
    await(client.socket.write("a"));
    await(client.received(1));
  }

  @Test
  void theSameSeedGivesTheSameWeather() {
    Weather weather = Weather.FAIR.pieces(1, 1000).delayed(0, 50);
    Shaper one = new Shaper(3);
    Shaper other = new Shaper(3);
    long last = Long.MIN_VALUE;
    for (int i = 0; i < 1000; i++) {
      assertThat(one.pieceBytes(weather, 5000)).isEqualTo(other.pieceBytes(weather, 5000));
      long leavesNs = one.leavesNs(weather, i);
      assertThat(leavesNs).isEqualTo(other.leavesNs(weather, i)).isGreaterThanOrEqualTo(last);
      last = leavesNs;
    }
  }
}
