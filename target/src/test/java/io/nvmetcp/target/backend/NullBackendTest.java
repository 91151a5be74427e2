package io.nvmetcp.target.backend;

class NullBackendTest extends StorageBackendContract {
  @Override
  StorageBackend open() {
    return new NullBackend(SIZE_BYTES);
  }

  @Override
  boolean remembers() {
    return false;
  }
}
