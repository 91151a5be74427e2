package io.nvmetcp.pdu.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.testkit.Conversations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(value = 20, timeUnit = TimeUnit.SECONDS)
final class PduStreamsOverTcpTest {
  private static final IcRequest REQUEST = Conversations.request(true, true, 1);
  private static final IcResponse RESPONSE = Conversations.response(true, true, 3);
  private static final Negotiated AGREED = Negotiated.of(REQUEST, RESPONSE);

  private static final int FLOOD = 1000;

  /** Vert.x closes clients and servers that are no longer reachable, and their sockets too. */
  private final List<Object> reachable = new CopyOnWriteArrayList<>();

  /** A socket and its two streams, at either end. */
  private record Peer(NetSocket socket, PduReadStream in, PduWriteStream out) {
    static Peer of(NetSocket socket, Role role) {
      var in = new PduReadStream(socket, Limits.initial(role, 8192, 1 << 20));
      return new Peer(socket, in, new PduWriteStream(socket));
    }

    void negotiated() {
      out.negotiated(AGREED);
      in.negotiated(AGREED);
    }
  }

  private Future<NetServer> listen(Vertx vertx, Role role, Consumer<Peer> connected) {
    NetServer server = vertx.createNetServer();
    reachable.add(server);
    return server
        .connectHandler(socket -> connected.accept(Peer.of(socket, role)))
        .listen(0, "127.0.0.1");
  }

  private NetClient client(Vertx vertx) {
    NetClient client = vertx.createNetClient();
    reachable.add(client);
    return client;
  }

  private Future<Void> connect(Vertx vertx, int port, Consumer<Peer> connected) {
    Promise<Void> done = Promise.promise();
    client(vertx)
        .connect(port, "127.0.0.1")
        .onSuccess(
            socket -> {
              connected.accept(Peer.of(socket, Role.HOST));
              done.complete();
            })
        .onFailure(done::fail);
    return done.future();
  }

  /** A controller in twenty lines: grants the ICReq, answers each read with a pattern. */
  private static void serveReads(Peer peer) {
    peer.in()
        .handler(
            pdu -> {
              switch (pdu.type()) {
                case IC_REQ -> {
                  peer.out().write(Pdu.icResp(RESPONSE));
                  peer.negotiated();
                }
                case CAPSULE_CMD -> {
                  int cid = Sqe.cid(pdu.header(), PduFields.SQE);
                  int length = (int) Sgl.length(pdu.header(), PduFields.SQE);
                  Buffer data = Buffer.buffer(Conversations.pattern(cid, length));
                  peer.out().write(Pdu.data(PduType.C2H_DATA, PduFlags.LAST, cid, 0, 0, data));
                  byte[] cqe = new byte[Cqe.BYTES];
                  Cqe.put(cqe, 0, 0, 1, cid, 0);
                  peer.out().write(Pdu.capsuleResp(cqe));
                }
                default -> throw new AssertionError(pdu.toString());
              }
            });
  }

  private static Pdu read(int cid, int length) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, IoOpcode.READ, cid, 1);
    Sqe.range(sqe, 0, 0, length / 512);
    Sgl.transport(sqe, 0, length);
    return Pdu.capsuleCmd(sqe, Buffer.buffer());
  }

  private static void runHost(Peer peer, Consumer<List<Pdu>> finished, int reads) {
    var got = new ArrayList<Pdu>();
    peer.in()
        .handler(
            pdu -> {
              got.add(pdu);
              if (pdu.type() == PduType.IC_RESP) {
                peer.negotiated();
                for (int cid = 1; cid <= reads; cid++) {
                  peer.out().write(read(cid, 4096 * cid));
                }
              }
              if (got.size() == 1 + 2 * reads) {
                finished.accept(got);
              }
            });
    peer.out().write(Pdu.icReq(REQUEST));
  }

  private static void checkReads(List<Pdu> got) {
    assertThat(got.getFirst())
        .hasToString(
            "ICResp hlen=128 pdo=0 plen=128 flags=- pfv=0 cpda=3 dgst=header+data"
                + " maxh2cdata=65536");
    for (int cid = 1; cid <= (got.size() - 1) / 2; cid++) {
      Pdu data = got.get(2 * cid - 1);
      assertThat(data.type()).isEqualTo(PduType.C2H_DATA);
      assertThat(data.payload().getBytes()).isEqualTo(Conversations.pattern(cid, 4096 * cid));
      assertThat(data.headerDigest()).isPresent();
      assertThat(data.dataDigest()).isPresent();
      assertThat(data.dataDigestMatches()).isTrue();
      assertThat(Cqe.cid(got.get(2 * cid).header(), PduFields.CQE)).isEqualTo(cid);
    }
  }

  @Test
  void aHostAndAControllerTalkOverASocket(Vertx vertx, VertxTestContext context) {
    Consumer<List<Pdu>> finished = got -> context.verify(() -> checkReads(got)).completeNow();
    listen(vertx, Role.CONTROLLER, PduStreamsOverTcpTest::serveReads)
        .compose(server -> connect(vertx, server.actualPort(), peer -> runHost(peer, finished, 16)))
        .onFailure(context::failNow);
  }

  @Test
  void aProxyStandsBetweenHostAndController(Vertx vertx, VertxTestContext context) {
    Consumer<List<Pdu>> finished = got -> context.verify(() -> checkReads(got)).completeNow();
    listen(vertx, Role.CONTROLLER, PduStreamsOverTcpTest::serveReads)
        .compose(
            server ->
                listen(vertx, Role.CONTROLLER, front -> proxy(vertx, front, server.actualPort())))
        .compose(proxy -> connect(vertx, proxy.actualPort(), peer -> runHost(peer, finished, 16)))
        .onFailure(context::failNow);
  }

  /** Passes PDUs on both ways, with back-pressure; learns the agreement as it goes by. */
  private void proxy(Vertx vertx, Peer front, int port) {
    front.in().pause();
    client(vertx)
        .connect(port, "127.0.0.1")
        .onSuccess(
            socket -> {
              Peer back = Peer.of(socket, Role.HOST);
              relay(front.in(), back.out(), _ -> {});
              relay(
                  back.in(),
                  front.out(),
                  pdu -> {
                    if (pdu.type() == PduType.IC_RESP) {
                      front.negotiated();
                      back.negotiated();
                    }
                  });
              front.in().resume();
            });
  }

  private static void relay(PduReadStream from, PduWriteStream to, Consumer<Pdu> afterwards) {
    from.handler(
        pdu -> {
          to.write(pdu);
          afterwards.accept(pdu);
          if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(_ -> from.resume());
          }
        });
  }

  @Test
  void aReaderThatPausesStopsTheWriter(Vertx vertx, VertxTestContext context) {
    var written = new AtomicInteger();
    Promise<Void> stuck = Promise.promise();
    Consumer<Peer> flood =
        peer -> {
          peer.out().negotiated(AGREED);
          fill(peer, written, stuck);
        };
    var received = new int[1];
    Consumer<Peer> slowHost =
        peer -> {
          peer.in().negotiated(AGREED).pause();
          peer.in()
              .handler(
                  pdu -> {
                    context.verify(
                        () -> {
                          // One after the other, nothing lost, and the writer never far ahead.
                          assertThat(PduFields.datao(pdu.header())).isEqualTo(received[0]);
                          assertThat(written.get() - received[0]).isLessThan(FLOOD / 2);
                        });
                    if (++received[0] == FLOOD) {
                      context.completeNow();
                    }
                  });
          var here = vertx.getOrCreateContext();
          stuck
              .future()
              .onSuccess(
                  _ ->
                      here.runOnContext(
                          _ -> {
                            context.verify(() -> assertThat(received[0]).isZero());
                            peer.in().resume();
                          }));
        };
    listen(vertx, Role.CONTROLLER, flood)
        .compose(server -> connect(vertx, server.actualPort(), slowHost))
        .onFailure(context::failNow);
  }

  // FLOOD × 64 KiB, far more than socket buffers hold; numbered in DATAO.
  private static void fill(Peer peer, AtomicInteger written, Promise<Void> stuck) {
    while (written.get() < FLOOD) {
      if (peer.out().writeQueueFull()) {
        peer.out().drainHandler(_ -> fill(peer, written, stuck));
        stuck.tryComplete();
        return;
      }
      Buffer data = Buffer.buffer(new byte[65_536]);
      peer.out().write(Pdu.data(PduType.C2H_DATA, 0, 1, 0, written.getAndIncrement(), data));
    }
  }

  @Test
  void aFaultIsAnsweredWithATerminateRequestThatArrives(Vertx vertx, VertxTestContext context) {
    Consumer<Peer> strict =
        peer -> {
          peer.in()
              .exceptionHandler(
                  failure -> {
                    var fault = ((PduStreamException) failure).fault();
                    peer.out().writeTermReq(Role.CONTROLLER, fault);
                  });
          peer.in().handler(_ -> context.failNow("a PDU came through"));
        };
    Consumer<Peer> rude =
        peer -> {
          peer.in()
              .handler(
                  pdu ->
                      context
                          .verify(
                              () ->
                                  assertThat(pdu)
                                      .hasToString(
                                          "C2HTermReq hlen=24 pdo=0 plen=32 flags=- fes=1 fei=2"
                                              + " (invalid PDU header field)"))
                          .completeNow());
          byte[] wrong = Pdu.icReq(REQUEST).header().clone();
          wrong[PduFields.HLEN] = 127;
          peer.out().writeRaw(Buffer.buffer(wrong));
          peer.out().writeRaw(Buffer.buffer(new byte[100_000]));
        };
    listen(vertx, Role.CONTROLLER, strict)
        .compose(server -> connect(vertx, server.actualPort(), rude))
        .onFailure(context::failNow);
  }

  @Test
  void theEndOfTheConnectionIsTheEndOfTheStream(Vertx vertx, VertxTestContext context) {
    listen(
            vertx,
            Role.CONTROLLER,
            peer -> peer.out().write(Pdu.icResp(RESPONSE)).eventually(() -> peer.out().end()))
        .compose(
            server ->
                connect(
                    vertx,
                    server.actualPort(),
                    peer -> {
                      var types = new ArrayList<PduType>();
                      peer.in()
                          .endHandler(
                              _ ->
                                  context
                                      .verify(
                                          () -> assertThat(types).containsExactly(PduType.IC_RESP))
                                      .completeNow());
                      peer.in()
                          .handler(
                              pdu -> {
                                types.add(pdu.type());
                                peer.in().negotiated(AGREED);
                              });
                    }))
        .onFailure(context::failNow);
  }
}
