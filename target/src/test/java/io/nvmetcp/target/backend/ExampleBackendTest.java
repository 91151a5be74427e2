package io.nvmetcp.target.backend;

/** The least that a back end must do is enough: the example passes the contract. */
class ExampleBackendTest extends StorageBackendContract {
  @Override
  StorageBackend open() {
    return new ExampleBackend(SIZE_BYTES);
  }

  @Override
  boolean grows() {
    return false;
  }

  @Override
  boolean exchanges() {
    return false;
  }
}
