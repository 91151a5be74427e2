package io.nvmetcp.loadgen.run;

import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A subsystem at an address.
 *
 * @param vertx with at least as many event loops as queues are wanted; borrowed
 * @param address where it is
 * @param more sets what jobs have no word for
 */
public record AddressTarget(Vertx vertx, SubsystemAddress address, Consumer<InitiatorOptions> more)
    implements LoadTarget {
  private static final long USUAL_MILLIS = 10_000;

  @Override
  public Future<Link> connect(Wish wish) {
    var options =
        new InitiatorOptions()
            .setDevice(wish.device())
            .setHeaderDigest(wish.hdgst())
            .setDataDigest(wish.ddgst())
            .setPolling(wish.polling())
            .setIoQueues(wish.queues())
            .setQueueEntries(wish.queueEntries())
            // A job that loses its target has failed; who wants it to wait says so.
            .setReconnect(ReconnectOptions.never());
    more.accept(options);
    NvmeInitiator initiator = NvmeInitiator.create(vertx, options);
    long lateNs = lateNs(options);
    return initiator
        .connect(address)
        .map(controller -> new Link(controller, initiator.regions(), lateNs));
  }

  // Base specification 3.9: a controller that counts traffic notices a silent host after twice the
  // timeout. One that watches nothing is given as long as one with the usual timeout.
  private static long lateNs(InitiatorOptions options) {
    long timeoutMillis = options.getKeepAliveMillis();
    return TimeUnit.MILLISECONDS.toNanos(
        2 * (timeoutMillis == 0 ? USUAL_MILLIS : timeoutMillis)
            + options.getReconnect().getQuiesceMarginMillis());
  }
}
