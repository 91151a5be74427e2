package io.nvmetcp.initiator.connect;

import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.NamespaceList;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asks a controller for its active namespaces: the list, page by page, and of each namespace what
 * it is. A machine like {@link BringUp}; it ends with {@link Action.Scanned} or {@link
 * Action.Failed}.
 */
public final class NamespaceScan {
  private enum State {
    AWAIT_LIST("namespace list"),
    AWAIT_NAMESPACE("namespace"),
    AWAIT_DESCRIPTORS("descriptors"),
    ENDED("ended");

    private final String step;

    State(String step) {
      this.step = step;
    }
  }

  private final int most;
  private final LongFunction<@Nullable NamespaceFacts> known;
  private final List<NamespaceFacts> found = new ArrayList<>();
  private State state = State.AWAIT_LIST;
  private List<Long> page = List.of();
  private int next;
  private int listed;
  private long last;
  private byte[] identify = new byte[0];

  /**
   * @param most namespaces that are looked at; a controller could list billions
   * @param known what is known of a namespace and need not be asked for; null if it must be
   */
  public NamespaceScan(int most, LongFunction<@Nullable NamespaceFacts> known) {
    this.most = most;
    this.known = known;
  }

  /** A scan that knows nothing. */
  public NamespaceScan(int most) {
    this(most, id -> null);
  }

  /** The first thing to do. */
  public Action start() {
    return list();
  }

  /** What is awaited now, for people. */
  public String step() {
    return state.step;
  }

  private Action list() {
    state = State.AWAIT_LIST;
    return identify(Cns.ACTIVE_NAMESPACES, last);
  }

  /** A command ended with an answer. */
  public Action completed(int status, byte[] data) {
    if (!Status.isSuccess(status)) {
      return refused(status);
    }
    return switch (state) {
      case AWAIT_LIST -> {
        page = NamespaceList.decode(data);
        next = 0;
        yield step(data);
      }
      case AWAIT_NAMESPACE, AWAIT_DESCRIPTORS -> step(data);
      case ENDED -> throw new IllegalStateException("the scan has ended");
    };
  }

  private Action step(byte[] data) {
    switch (state) {
      case AWAIT_NAMESPACE -> {
        identify = data;
        state = State.AWAIT_DESCRIPTORS;
        return identify(Cns.NAMESPACE_DESCRIPTORS, last);
      }
      case AWAIT_DESCRIPTORS -> NamespaceFacts.of(last, identify, data).ifPresent(found::add);
      case AWAIT_LIST, ENDED -> {}
    }
    return next();
  }

  private Action refused(int status) {
    int code = Status.code(status);
    if (state != State.AWAIT_LIST && code == Status.INVALID_NAMESPACE) {
      // Gone since it was listed.
      return next();
    }
    if (state == State.AWAIT_DESCRIPTORS
        && (code == Status.INVALID_FIELD || code == Status.INVALID_OPCODE)) {
      // Descriptors came with version 1.3. Any other refusal must not pass for a namespace without
      // a name: it would seem to be another one.
      return step(new byte[Cns.DATA_BYTES]);
    }
    return failed(Status.describe(status), !ConnectCommands.isHopeless(status, 0));
  }

  private Action failed(String reason, boolean again) {
    String at = step();
    state = State.ENDED;
    return new Action.Failed("step '" + at + "': " + reason, again);
  }

  private Action next() {
    while (next < page.size()) {
      long id = page.get(next++);
      // Ascending (Base specification 5.17.2.3); anything else could go on for ever.
      if (id <= last) {
        return failed("the namespace list is not ascending", true);
      }
      if (id == NamespaceList.BROADCAST) {
        return failed("the namespace list has the broadcast identifier", true);
      }
      if (listed == most) {
        return done(true);
      }
      listed++;
      last = id;
      NamespaceFacts facts = known.apply(id);
      if (facts == null) {
        state = State.AWAIT_NAMESPACE;
        return identify(Cns.NAMESPACE, id);
      }
      found.add(facts);
    }
    boolean full = page.size() == NamespaceList.MAX_NSIDS && NamespaceList.mayStartAfter(last);
    return full ? list() : done(false);
  }

  private Action done(boolean cut) {
    state = State.ENDED;
    return new Action.Scanned(found, cut);
  }

  private static Action identify(int cns, long nsid) {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.IDENTIFY, 0, nsid);
    Sqe.cdw(sqe, 0, 10, cns);
    return new Action.Command(sqe, Direction.READ, new byte[Cns.DATA_BYTES]);
  }
}
