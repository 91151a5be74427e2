package io.nvmetcp.target;

import io.nvmetcp.target.backend.StorageBackend;
import java.io.IOException;

/** Opens the storage of a namespace when its target starts. */
@FunctionalInterface
public interface BackendFactory {

  /**
   * Opens the storage; may block. The target owns the result and closes it.
   *
   * @param blockBytes the namespace's block size
   * @throws IOException if it cannot be opened; the message says what and why in one line
   * @throws IllegalArgumentException if it cannot be served with this block size, likewise
   */
  StorageBackend open(int blockBytes) throws IOException;
}
