package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Namespace;
import io.vertx.core.Future;
import java.util.List;

/**
 * A namespace of a connected controller.
 *
 * @param namespace where I/O goes
 */
record NamespaceBlocks(Namespace namespace) implements Blocks {
  @Override
  public Future<Void> read(long lba, BufferSlice buffer) {
    return namespace.read(lba, buffer);
  }

  @Override
  public Future<Void> write(long lba, BufferSlice buffer) {
    return namespace.write(lba, buffer);
  }

  @Override
  public Future<Void> flush() {
    return namespace.flush();
  }

  @Override
  public Future<Void> trim(long lba, long count) {
    return namespace.deallocate(List.of(new BlockRange(lba, count)));
  }
}
