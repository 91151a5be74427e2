package io.nvmetcp.loadgen.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Brings full pieces of a log from the thread that measures to one that writes files, and empty
 * ones back. The measuring side never waits: without an empty piece it has to drop what it
 * measured.
 *
 * @param <P> a piece
 */
final class LogPump<P> {
  /** Writes pieces, on a thread of its own. */
  interface Writer<P> extends AutoCloseable {
    void write(P piece) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Opens the files. */
  interface Opening<P> {
    Writer<P> open() throws IOException;
  }

  private final BlockingQueue<P> full;
  private final BlockingQueue<P> empty;
  private final P last;
  private final Path file;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable String problem;

  /**
   * @param file names it in problems
   * @param pieces all of them, empty
   * @param last ends the log; never written
   */
  LogPump(Path file, java.util.List<P> pieces, P last, Opening<P> opening) {
    this.file = file;
    this.last = last;
    full = new ArrayBlockingQueue<>(pieces.size() + 1);
    empty = new ArrayBlockingQueue<>(pieces.size(), false, pieces);
    Thread.ofVirtual().start(() -> run(opening));
  }

  /** An empty piece, or null if none is left. */
  @Nullable P poll() {
    return empty.poll();
  }

  /** Hands over a full piece. */
  void push(P piece) {
    full.add(piece);
  }

  private void run(Opening<P> opening) {
    try (Writer<P> writer = opening.open()) {
      for (P piece = full.take(); piece != last; piece = full.take()) {
        writer.write(piece);
        empty.add(piece);
      }
    } catch (IOException e) {
      problem = file + " was not written: " + FileReason.of(file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      done.countDown();
    }
  }

  /** Ends the log and waits for its writer; returns what went wrong, or null. */
  @Nullable String close() throws InterruptedException {
    full.add(last);
    done.await();
    return problem;
  }
}
