package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.e2e.sim.plant.Plants;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.Lease;
import io.nvmetcp.target.backend.MemoryPieces;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What a disk does wrong on purpose. Without a plant it does nothing. */
final class DiskPlants {
  private static final long LATE_NS = 300_000;

  private final Agenda agenda;
  private final Plants plants;
  private final Medium medium;
  private byte @Nullable [] before;
  private byte @Nullable [] cutOff;

  DiskPlants(Agenda agenda, Plants plants, Medium medium) {
    this.agenda = agenda;
    this.plants = plants;
    this.medium = medium;
  }

  /** True if the read was carried out here, wrongly. */
  boolean read(DiskOperation operation) {
    if (!plants.strike(Plant.READ_STALE)) {
      return false;
    }
    byte[] old = before;
    before = medium.copy(0, (int) medium.sizeBytes());
    if (old == null || old.length < operation.offset + operation.length) {
      return false;
    }
    operation.pieces().add(MemorySegment.ofArray(old), operation.offset, (int) operation.length);
    operation.pieces().lease(Lease.NONE);
    return true;
  }

  /** True if the write was carried out here, wrongly. */
  boolean write(DiskOperation operation) {
    long offset = operation.offset;
    int length = (int) operation.length;
    MemoryPieces from = operation.pieces();
    int block = medium.blockBytes();
    if (plants.strike(Plant.WRITE_DROPPED)) {
      return true;
    }
    if (plants.strike(Plant.WRITE_MISPLACED) && offset + length + block <= medium.sizeBytes()) {
      medium.write(offset + block, from, 0, length, operation.forced);
      return true;
    }
    if (plants.strike(Plant.WRITE_TORN)) {
      medium.write(offset, from, 0, length - block / 2, operation.forced);
      return true;
    }
    if (plants.strike(Plant.WRITE_LATE)) {
      again(LATE_NS, operation);
      return true;
    }
    if (plants.strike(Plant.WRITE_REPEATED)) {
      again(LATE_NS, operation);
      return false;
    }
    if (plants.strike(Plant.FAILURE_WROTE)) {
      medium.write(offset, from, 0, length, operation.forced);
      operation.status = Status.COMMAND_INTERRUPTED;
      return true;
    }
    if (operation.forced && plants.has(Plant.FORCED_WRITE_CACHED)) {
      medium.write(offset, from, 0, length, false);
      return true;
    }
    return false;
  }

  private void again(long inNs, DiskOperation operation) {
    byte[] copy = new byte[(int) operation.length];
    operation.pieces().copyTo(0, MemorySegment.ofArray(copy), 0, copy.length);
    long offset = operation.offset;
    boolean forced = operation.forced;
    agenda.after(
        inNs,
        () -> {
          if (offset + copy.length <= medium.sizeBytes()) {
            MemoryPieces pieces = new MemoryPieces();
            pieces.add(MemorySegment.ofArray(copy), 0, copy.length);
            medium.write(offset, pieces, 0, copy.length, forced);
          }
        });
  }

  /** True if an operation fails that would not. */
  boolean fails() {
    return plants.strike(Plant.ERROR_INVENTED);
  }

  /** True if a range that was to be zero stays as it is. */
  boolean zeroSkipped() {
    return plants.strike(Plant.ZERO_SKIPPED);
  }

  /** True if nothing is flushed. */
  boolean flushLies() {
    return plants.has(Plant.FLUSH_LIES);
  }

  /** True if the write of a Compare-and-Write comes later. */
  boolean writesApart(DiskOperation operation) {
    boolean apart = plants.strike(Plant.COMPARE_AND_WRITE_APART);
    if (apart) {
      again(LATE_NS, operation);
    }
    return apart;
  }

  /** The size is about to change. */
  void resizing(long newSizeBytes) {
    long size = medium.sizeBytes();
    if (plants.has(Plant.SHRINK_KEEPS) && newSizeBytes < size) {
      cutOff = medium.copy(newSizeBytes, (int) (size - newSizeBytes));
    }
  }

  /** The size has changed. */
  void resized(long oldSizeBytes) {
    byte[] kept = cutOff;
    long grown = medium.sizeBytes() - oldSizeBytes;
    if (kept != null && grown > 0) {
      MemoryPieces pieces = new MemoryPieces();
      pieces.add(MemorySegment.ofArray(kept), 0, kept.length);
      medium.write(oldSizeBytes, pieces, 0, (int) Math.min(grown, kept.length), true);
      cutOff = null;
    }
  }
}
