package io.nvmetcp.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Lines as they come, which can be waited for; a thread of its own collects them. */
public final class Lines {
  private final List<String> lines = new ArrayList<>();
  private final long patienceSeconds;
  private final Thread reader;
  private boolean ended;

  /** Begins to read; the thread closes {@code source} at its end. */
  public Lines(BufferedReader source, long patienceSeconds) {
    this.patienceSeconds = patienceSeconds;
    reader =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try (source) {
                    source.lines().forEach(this::add);
                  } catch (IOException | UncheckedIOException e) {
                    // A process that is killed takes its streams with it.
                    add("(stream ended: " + e.getMessage() + ")");
                  } finally {
                    end();
                  }
                });
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Waits for a line; the first that fits, from the beginning on. */
  public String await(Predicate<String> wanted) throws InterruptedException {
    return awaitFrom(0, wanted).getLast();
  }

  /** Waits for a line behind the first {@code from}; those behind them, with it as the last. */
  public synchronized List<String> awaitFrom(int from, Predicate<String> wanted)
      throws InterruptedException {
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
    for (int seen = from; ; ) {
      for (; seen < lines.size(); seen++) {
        if (wanted.test(lines.get(seen))) {
          return List.copyOf(lines.subList(from, seen + 1));
        }
      }
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
      assertThat(ended || leftMillis <= 0).as("a line, after %s", lines).isFalse();
      wait(Math.max(1, leftMillis));
    }
  }

  /** All of them, once the stream has ended. */
  public List<String> all() throws InterruptedException {
    reader.join(TimeUnit.SECONDS.toMillis(patienceSeconds));
    synchronized (this) {
      return List.copyOf(lines);
    }
  }
}
