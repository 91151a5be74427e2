package io.nvmetcp.e2e.docs;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

// @start region="server"
/** Serves the blocks of a namespace over HTTP: GET /42 is block 42. */
final class BlockServer extends VerticleBase {
  private @Nullable Controller controller;

  @Override
  public Future<?> start() {
    var options = new InitiatorOptions(config().getJsonObject("initiator"));
    var address =
        new SubsystemAddress(
            config().getString("host"), config().getInteger("port"), config().getString("nqn"));
    return NvmeInitiator.create(vertx, options)
        .connect(address)
        .onSuccess(connected -> controller = connected)
        .map(connected -> connected.namespaces().getFirst())
        .compose(
            namespace ->
                vertx
                    .createHttpServer()
                    .requestHandler(request -> serve(request, namespace))
                    .listen(config().getInteger("httpPort")))
        .onSuccess(http -> vertx.sharedData().getLocalMap("ports").put("http", http.actualPort()));
  }

  private static void serve(HttpServerRequest request, Namespace namespace) {
    Future.succeededFuture(request.path().substring(1))
        .map(Long::parseLong)
        .compose(block -> namespace.read(block, 1))
        .compose(data -> request.response().end(data))
        .recover(failure -> request.response().setStatusCode(status(failure)).end())
        .onFailure(gone -> request.connection().close());
  }

  private static int status(Throwable failure) {
    return switch (failure) {
      case IllegalArgumentException _ -> 404; // There is no such block.
      case NvmeException.CommandFailed _ -> 502; // The controller says no.
      default -> 503; // It is not there now.
    };
  }

  @Override
  public Future<?> stop() {
    return controller == null ? Future.succeededFuture() : controller.close();
  }
}
// @end
