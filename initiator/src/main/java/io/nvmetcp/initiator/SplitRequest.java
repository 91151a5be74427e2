package io.nvmetcp.initiator;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A request that takes more than one command: sends its parts in order, some at a time, and ends
 * once, when every part that was sent has ended. After the first failure nothing more is sent, and
 * that failure is the request's; but that the outcome of a part is unknown counts more than any
 * other failure, since its caller has to know. Confined to one context.
 */
final class SplitRequest {
  /** Parts that are under way at a time, at most. */
  static final int WINDOW = 16;

  private final Promise<Void> promise;
  private final boolean changesBlocks;
  private final LongFunction<@Nullable Future<Void>> send;
  private long next;
  private int underWay;
  private long executed;
  private boolean sending;
  private boolean allSent;
  private @Nullable Throwable failure;

  private SplitRequest(
      ContextInternal context, boolean changesBlocks, LongFunction<@Nullable Future<Void>> send) {
    this.changesBlocks = changesBlocks;
    this.send = send;
    promise = context.promise();
  }

  /**
   * Runs a request.
   *
   * @param context where the parts are sent and the future completes
   * @param changesBlocks a part that was executed leaves a trace: then a request of which some
   *     parts were executed and others were never sent did not go unsent
   * @param send sends a part, by its number, in order; null if there is none any more
   */
  static Future<Void> run(
      ContextInternal context, boolean changesBlocks, LongFunction<@Nullable Future<Void>> send) {
    SplitRequest request = new SplitRequest(context, changesBlocks, send);
    if (context.isRunningOnContext()) {
      request.sendMore();
    } else {
      context.runOnContext(ignored -> request.sendMore());
    }
    return request.promise.future();
  }

  private void sendMore() {
    // A part may end before send returns: the loop goes on here, not in the part's end.
    if (sending) {
      return;
    }
    sending = true;
    while (failure == null && !allSent && underWay < WINDOW) {
      Future<Void> part = send.apply(next++);
      if (part == null) {
        allSent = true;
      } else {
        underWay++;
        part.onComplete(this::ended);
      }
    }
    sending = false;
    if (underWay == 0) {
      finish();
    }
  }

  private void ended(AsyncResult<Void> part) {
    underWay--;
    if (part.succeeded()) {
      executed++;
    } else if (failure == null || outranks(part.cause(), failure)) {
      failure = part.cause();
    }
    sendMore();
  }

  private static boolean outranks(Throwable cause, Throwable known) {
    return cause instanceof NvmeException.OutcomeUnknown
        && !(known instanceof NvmeException.OutcomeUnknown);
  }

  private void finish() {
    Throwable cause = failure;
    if (cause == null) {
      promise.complete();
    } else if (cause instanceof NvmeException.NeverSent && changesBlocks && executed > 0) {
      promise.fail(
          new NvmeException.OutcomeUnknown(
              "%d parts of the request were executed, the rest was not sent: %s"
                  .formatted(executed, cause.getMessage())));
    } else {
      promise.fail(cause);
    }
  }
}
