package io.nvmetcp.loadgen.run;

import io.nvmetcp.ddp.memory.BufferSlice;
import io.vertx.core.Future;

/** What a worker needs of a namespace. */
interface Blocks {
  /** Reads blocks; see {@link io.nvmetcp.initiator.Namespace#read}. */
  Future<Void> read(long lba, BufferSlice buffer);

  /** Writes blocks; see {@link io.nvmetcp.initiator.Namespace#write}. */
  Future<Void> write(long lba, BufferSlice buffer);

  /** Brings what was written to the medium; see {@link io.nvmetcp.initiator.Namespace#flush}. */
  Future<Void> flush();

  /** Deallocates blocks; see {@link io.nvmetcp.initiator.Namespace#deallocate}. */
  Future<Void> trim(long lba, long count);
}
