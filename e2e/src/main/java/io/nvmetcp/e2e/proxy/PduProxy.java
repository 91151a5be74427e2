package io.nvmetcp.e2e.proxy;

import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.stream.Pdu;
import io.nvmetcp.pdu.stream.PduReadStream;
import io.nvmetcp.pdu.stream.PduWriteStream;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy on a loopback port that takes the stream apart into PDUs, each judged by the rules, lets
 * a {@link PduMeddler} decide about each, and puts the stream together again: a peer that
 * misbehaves in exactly one thing. ICReq and ICResp pass as they are. Whoever reads slowly holds
 * the other side back.
 *
 * <p>A connection runs on one event loop of {@code vertx}.
 */
public final class PduProxy {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MAX_CAPSULE_DATA_BYTES = 1 << 20;
  private static final int MAX_DATA_BYTES = 1 << 30;

  private final NetServer server;
  // Held by the listening server's handler too, or it would be closed as garbage.
  private final NetClient client;
  private final int serverPort;
  private final PduMeddler meddler;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> faults = new CopyOnWriteArrayList<>();

  private PduProxy(Vertx vertx, int serverPort, PduMeddler meddler) {
    this.serverPort = serverPort;
    this.meddler = meddler;
    server = vertx.createNetServer(new NetServerOptions().setTcpNoDelay(true));
    client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
  }

  /**
   * A proxy that listens.
   *
   * @param vertx runs it; stays the caller's
   * @param serverPort where on this machine the controller listens
   */
  public static Future<PduProxy> start(Vertx vertx, int serverPort, PduMeddler meddler) {
    PduProxy proxy = new PduProxy(vertx, serverPort, meddler);
    return proxy.server.connectHandler(proxy::accept).listen(0, LOOPBACK).map(proxy);
  }

  /** The port it listens on. */
  public int port() {
    return server.actualPort();
  }

  /** What broke a rule, in the order in which it was seen; such a connection is closed. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  /** Closes all connections, and listens no more. */
  public Future<Void> close() {
    return server.close().compose(done -> client.close());
  }

  private void accept(NetSocket host) {
    host.pause();
    Promise<Void> left = Promise.promise();
    host.closeHandler(gone -> left.complete());
    client
        .connect(serverPort, LOOPBACK)
        .onFailure(nobody -> close(host))
        .onSuccess(
            controller -> {
              if (left.future().isComplete()) {
                close(controller);
              } else {
                new Connection(connections.getAndIncrement(), host, controller).join();
              }
            });
  }

  // Whoever closed it may have been faster.
  private static void close(NetSocket socket) {
    socket.close().onFailure(closedAlready -> {});
  }

  /** The streams of one connection. */
  private final class Connection {
    private final int number;
    private final PduReadStream fromHost;
    private final PduReadStream fromController;
    private final PduWriteStream toHost;
    private final PduWriteStream toController;
    private final NetSocket host;
    private final NetSocket controller;
    private IcRequest request = new IcRequest(0, 0, false, false, 0);

    Connection(int number, NetSocket host, NetSocket controller) {
      this.number = number;
      this.host = host;
      this.controller = controller;
      toHost = new PduWriteStream(host);
      toController = new PduWriteStream(controller);
      fromHost = new PduReadStream(host, limits(Role.CONTROLLER));
      fromController = new PduReadStream(controller, limits(Role.HOST));
    }

    private void join() {
      join(Way.TO_SERVER, fromHost, toController, controller);
      join(Way.TO_CLIENT, fromController, toHost, host);
      host.closeHandler(gone -> PduProxy.close(controller));
      controller.closeHandler(gone -> PduProxy.close(host));
    }

    private static Limits limits(Role receiver) {
      return Limits.initial(receiver, MAX_CAPSULE_DATA_BYTES, MAX_DATA_BYTES);
    }

    private void join(Way way, PduReadStream in, PduWriteStream out, NetSocket sink) {
      in.exceptionHandler(
          fault -> {
            faults.add("connection %d, %s: %s".formatted(number, way, fault.getMessage()));
            PduProxy.close(sink);
          });
      in.endHandler(ended -> PduProxy.close(sink));
      out.drainHandler(drained -> in.resume());
      in.handler(
          pdu -> {
            switch (pdu.type()) {
              case IC_REQ -> request = IcRequest.decode(pdu.header());
              case IC_RESP -> {
                forward(pdu, in, out);
                agree(Negotiated.of(request, IcResponse.decode(pdu.header())));
                return;
              }
              default -> {}
            }
            List<Pdu> onward =
                pdu.type() == PduType.IC_REQ ? List.of(pdu) : meddler.meddle(number, way, pdu);
            onward.forEach(each -> forward(each, in, out));
          });
    }

    private void forward(Pdu pdu, PduReadStream in, PduWriteStream out) {
      out.write(pdu).onFailure(closedAlready -> {});
      if (out.writeQueueFull()) {
        in.pause();
      }
    }

    private void agree(Negotiated agreed) {
      toHost.negotiated(agreed);
      toController.negotiated(agreed);
      fromHost.negotiated(agreed);
      fromController.negotiated(agreed);
    }
  }
}
