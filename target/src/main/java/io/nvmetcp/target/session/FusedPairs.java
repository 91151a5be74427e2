package io.nvmetcp.target.session;

import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.subsystem.Namespace;
import org.jspecify.annotations.Nullable;

/**
 * Brings the halves of Compare-and-Write together (Base specification 3.4.2): the second must come
 * right after the first. A half alone ends with <em>missing fused command</em>; if one half fails,
 * the other ends with <em>failed fused command</em>. Both are answered together, the first half
 * first, whatever the order of responses is.
 *
 * <p>One per I/O queue; confined to the session's thread.
 */
final class FusedPairs {
  private final CommandFlow flow;
  // Its second half must be the next capsule.
  private @Nullable CommandSlot waiting;

  FusedPairs(CommandFlow flow) {
    this.flow = flow;
  }

  /** The capsule of {@code slot} arrived and was judged; its data may still be to come. */
  void arrived(CommandSlot slot) {
    CommandSlot before = waiting;
    waiting = slot.fuse == CommandSlot.Fuse.FIRST ? slot : null;
    if (slot.fuse == CommandSlot.Fuse.SECOND && before != null) {
      pair(before, slot);
      return;
    }
    if (before != null) {
      alone(before);
    }
    if (slot.fuse == CommandSlot.Fuse.SECOND) {
      alone(slot);
    }
  }

  private void alone(CommandSlot half) {
    half.refuse(Status.MISSING_FUSED);
    half.fuse = CommandSlot.Fuse.NONE;
    if (half.state == CommandSlot.State.AWAIT_FUSED) {
      flow.answer(half);
    }
  }

  // The ranges must be the same (NVM command set specification 2.1.1). The namespace may have got
  // another size between the halves, and is the same as long as its blocks lie in the same place.
  private static void pair(CommandSlot first, CommandSlot second) {
    boolean differ =
        !sameBlocks(first.namespace, second.namespace)
            || first.offsetBytes != second.offsetBytes
            || first.lengthBytes != second.lengthBytes;
    if (differ && !first.failed() && !second.failed()) {
      first.refuse(Status.INVALID_FIELD);
      second.refuse(Status.INVALID_FIELD);
    }
    first.partner = second;
    second.partner = first;
  }

  @SuppressWarnings("ReferenceEquality") // the very back end
  private static boolean sameBlocks(@Nullable Namespace one, @Nullable Namespace other) {
    return one != null && other != null && one.backend() == other.backend();
  }

  /** All data of a half is here. */
  void dataComplete(CommandSlot half) {
    half.state = CommandSlot.State.AWAIT_FUSED;
    CommandSlot other = half.partner;
    if (other == null || other.state != CommandSlot.State.AWAIT_FUSED) {
      return;
    }
    CommandSlot first = half.fuse == CommandSlot.Fuse.FIRST ? half : other;
    CommandSlot second = half.fuse == CommandSlot.Fuse.FIRST ? other : half;
    if (first.failed() || second.failed()) {
      leave(first, second);
    } else {
      flow.compareAndWrite(first, second);
    }
  }

  /** The back end is done with a pair. */
  void backendDone(CommandSlot first, CommandSlot second, int status) {
    if (Status.code(status) == Status.COMPARE_FAILURE) {
      first.refuse(status);
    } else {
      second.fail(status);
    }
    leave(first, second);
  }

  private void leave(CommandSlot first, CommandSlot second) {
    failWith(first, second);
    failWith(second, first);
    flow.answer(first);
    flow.answer(second);
  }

  // If a retry of the half may work, then a retry of both may.
  private static void failWith(CommandSlot half, CommandSlot other) {
    if (half.failed()) {
      other.fail(Status.FAILED_FUSED | (half.status & Status.DNR));
    }
  }
}
