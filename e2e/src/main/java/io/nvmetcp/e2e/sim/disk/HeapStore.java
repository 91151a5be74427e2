package io.nvmetcp.e2e.sim.disk;

import io.nvmetcp.target.backend.Lease;
import io.nvmetcp.target.backend.MemoryPieces;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes in an array; what is lent is a copy, out of slabs of slots of one size each. */
final class HeapStore implements Store {
  private static final int SMALLEST_SHIFT = 9;
  private static final int CLASSES = 16;
  private static final int SLAB_SLOTS = 8;
  // A slot that comes back must not look like one that is still lent.
  private static final byte GIVEN_BACK = (byte) 0xDB;

  private final List<ArrayDeque<Slot>> free = new ArrayList<>();
  private byte[] bytes;
  private MemorySegment memory;
  private long lent;

  HeapStore(long sizeBytes) {
    bytes = new byte[Math.toIntExact(sizeBytes)];
    memory = MemorySegment.ofArray(bytes);
    for (int i = 0; i < CLASSES; i++) {
      free.add(new ArrayDeque<>());
    }
  }

  private final class Slot implements Lease {
    private final MemorySegment slab;
    private final int offset;
    private final ArrayDeque<Slot> home;
    private boolean out;

    Slot(MemorySegment slab, int offset, ArrayDeque<Slot> home) {
      this.slab = slab;
      this.offset = offset;
      this.home = home;
    }

    @Override
    public void release() {
      if (!out) {
        throw new IllegalStateException("a lease of the disk is given back twice");
      }
      out = false;
      lent--;
      slab.set(ValueLayout.JAVA_BYTE, offset, GIVEN_BACK);
      home.push(this);
    }
  }

  private Slot take(int length) {
    int shift = Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
    ArrayDeque<Slot> home = free.get(shift - SMALLEST_SHIFT);
    if (home.isEmpty()) {
      MemorySegment slab = MemorySegment.ofArray(new byte[SLAB_SLOTS << shift]);
      for (int i = 0; i < SLAB_SLOTS; i++) {
        home.push(new Slot(slab, i << shift, home));
      }
    }
    Slot slot = home.pop();
    slot.out = true;
    lent++;
    return slot;
  }

  @Override
  public void lend(long offset, int length, MemoryPieces into) {
    Slot slot = take(length);
    MemorySegment.copy(memory, offset, slot.slab, slot.offset, length);
    into.add(slot.slab, slot.offset, length);
    into.lease(slot);
  }

  @Override
  public boolean lendForWrite(long offset, int length, MemoryPieces into) {
    Slot slot = take(length);
    into.add(slot.slab, slot.offset, length);
    into.lease(slot);
    return true;
  }

  @Override
  public void copyOut(long offset, byte[] to, int at, int length) {
    System.arraycopy(bytes, (int) offset, to, at, length);
  }

  @Override
  public void write(long offset, MemoryPieces from, int fromOffset, int length) {
    from.copyTo(fromOffset, memory, offset, length);
  }

  @Override
  public void zero(long offset, long length) {
    Arrays.fill(bytes, (int) offset, (int) (offset + length), (byte) 0);
  }

  @Override
  public void resize(long sizeBytes) {
    bytes = Arrays.copyOf(bytes, Math.toIntExact(sizeBytes));
    memory = MemorySegment.ofArray(bytes);
  }

  @Override
  public long lent() {
    return lent;
  }

  @Override
  public void close() {}
}
