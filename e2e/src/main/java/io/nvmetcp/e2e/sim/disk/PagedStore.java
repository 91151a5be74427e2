package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.Lease;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.MemoryPieces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;

/** The product's own storage in memory, whose pages are lent and copied on write. */
final class PagedStore implements Store {
  // It completes within the call.
  private static final Executor NOBODY =
      task -> {
        throw new IllegalStateException("storage in memory needs no thread");
      };

  private final MemoryBackend backend;
  private int status;
  private final IoCompletion done = ended -> status = ended;
  private final MemoryPieces pages = new MemoryPieces();
  private long lent;
  private final Lease back = () -> lent--;

  PagedStore(long sizeBytes) {
    backend = new MemoryBackend(sizeBytes);
  }

  private void check() {
    if (!Status.isSuccess(status)) {
      throw new IllegalStateException("storage in memory: " + Status.describe(status));
    }
  }

  @Override
  public void lend(long offset, int length, MemoryPieces into) {
    backend.read(offset, length, into, NOBODY, done);
    check();
    lent++;
    into.lease(back);
  }

  @Override
  public boolean lendForWrite(long offset, int length, MemoryPieces into) {
    return backend.prepareWrite(offset, length, into);
  }

  @Override
  public void copyOut(long offset, byte[] to, int at, int length) {
    backend.read(offset, length, pages, NOBODY, done);
    check();
    pages.copyTo(0, MemorySegment.ofArray(to), at, length);
    pages.release();
  }

  @Override
  public void write(long offset, MemoryPieces from, int fromOffset, int length) {
    if (fromOffset == 0 && length == from.lengthBytes()) {
      backend.write(offset, from, false, NOBODY, done);
    } else {
      byte[] part = new byte[length];
      from.copyTo(fromOffset, MemorySegment.ofArray(part), 0, length);
      MemoryPieces pieces = new MemoryPieces();
      pieces.add(MemorySegment.ofArray(part), 0, length);
      backend.write(offset, pieces, false, NOBODY, done);
    }
    check();
  }

  @Override
  public void zero(long offset, long length) {
    backend.zero(offset, length, false, NOBODY, done);
    check();
  }

  @Override
  public void resize(long sizeBytes) {
    try {
      backend.resize(sizeBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long lent() {
    return lent;
  }

  @Override
  public void close() {
    if (!backend.close().isDone()) {
      throw new IllegalStateException("storage in memory is still lent");
    }
  }
}
