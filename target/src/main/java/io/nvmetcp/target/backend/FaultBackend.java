package io.nvmetcp.target.backend;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.nvmetcp.nvme.Status;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk that fails on purpose: {@link FaultRule}s say which operations fail, with a status or by
 * never answering. What fails has not touched the decorated back end. The first rule that strikes
 * decides; the same rules and the same order of operations fail the same ones.
 *
 * <p>Silence ends when the back end closes, or when more than {@link #MOST_SILENT} operations are
 * silent at once: then the oldest is told to retry, for what it holds is memory.
 */
public final class FaultBackend extends BackendDecorator {
  /** Operations that may be silent at a time. */
  public static final int MOST_SILENT = 1024;

  private final int blockBytes;
  private final List<Striker> strikers;
  private final ArrayDeque<Silent> silent = new ArrayDeque<>();
  private final AtomicLong struck = new AtomicLong();
  private boolean closed;

  /** A rule and where it stands. */
  private static final class Striker {
    private final FaultRule rule;
    private final Dice dice;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong left;

    Striker(FaultRule rule) {
      this.rule = rule;
      dice = new Dice(rule.seed());
      left = new AtomicLong(rule.times());
    }

    /** Called once for each operation that the rule concerns. */
    boolean strikes() {
      String script = rule.script();
      long turn = script.isEmpty() ? 0 : seen.getAndIncrement() % script.length();
      if (!script.isEmpty() && script.charAt((int) turn) != 'x') {
        return false;
      }
      if (rule.rate() < 1 && dice.next() >= rule.rate()) {
        return false;
      }
      return left.getAndUpdate(now -> now > 0 ? now - 1 : 0) > 0;
    }
  }

  private record Silent(Executor sessionThread, IoCompletion completion) {
    // Done once it has been told.
    @CanIgnoreReturnValue
    CompletableFuture<Void> end(int status) {
      try {
        return CompletableFuture.runAsync(() -> completion.complete(status), sessionThread);
      } catch (RejectedExecutionException e) {
        // The session and its thread are gone: there is nobody to tell.
        return CompletableFuture.completedFuture(null);
      }
    }
  }

  /**
   * @param inner does what does not fail; owned from now on
   * @param rules looked through in this order
   * @param blockBytes logical block size, in which the rules count
   */
  public FaultBackend(StorageBackend inner, List<FaultRule> rules, int blockBytes) {
    super(inner);
    this.blockBytes = blockBytes;
    strikers = rules.stream().map(Striker::new).toList();
  }

  /** Operations that have failed on purpose, the silent ones included. */
  public long struck() {
    return struck.get();
  }

  @Override
  protected void intercept(
      IoKind kind,
      long offsetBytes,
      long lengthBytes,
      Executor sessionThread,
      IoCompletion completion,
      Operation operation) {
    for (Striker striker : strikers) {
      FaultRule rule = striker.rule;
      if (rule.concerns(kind, offsetBytes, lengthBytes, blockBytes) && striker.strikes()) {
        struck.incrementAndGet();
        if (rule.status() == FaultRule.SILENCE) {
          silence(new Silent(sessionThread, completion));
        } else {
          completion.complete(rule.status());
        }
        return;
      }
    }
    operation.start(completion);
  }

  private void silence(Silent newest) {
    Silent over = null;
    int status = Status.COMMAND_INTERRUPTED;
    synchronized (silent) {
      if (closed) {
        over = newest;
        status = Status.NAMESPACE_NOT_READY;
      } else {
        silent.add(newest);
        over = silent.size() > MOST_SILENT ? silent.poll() : null;
      }
    }
    if (over != null) {
      over.end(status);
    }
  }

  /** Ends what is silent, then closes the inner back end. */
  @Override
  public CompletableFuture<Void> close() {
    List<Silent> last;
    synchronized (silent) {
      closed = true;
      last = List.copyOf(silent);
      silent.clear();
    }
    CompletableFuture<?>[] told =
        last.stream()
            .map(operation -> operation.end(Status.NAMESPACE_NOT_READY))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(told).thenCompose(all -> super.close());
  }
}
