package io.nvmetcp.initiator;

import io.nvmetcp.initiator.connect.Action;
import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.initiator.connect.NamespaceScan;
import io.nvmetcp.initiator.queue.Direction;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.ChangedNamespaceLog;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what a controller says of its namespaces: reads the list of those that changed, which
 * also makes it report the next change (Base specification 5.2, 5.16.1.5), and asks for them anew.
 * One look at a time; a report during one is followed by another. Confined to the admin queue's
 * event loop.
 */
final class NamespaceWatch {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceWatch.class);

  // Anything may have changed.
  private static final ChangedNamespaceLog ALL = new ChangedNamespaceLog(true, List.of());
  private static final long PAUSE_MILLIS = 250;
  private static final int MOST_FAILURES = 8;

  private final AdminQueue admin;
  private final NamespaceTable table;
  private final int maxNamespaces;
  private @Nullable Future<Void> running;
  private boolean again;
  private int failures;
  private boolean pausing;

  NamespaceWatch(AdminQueue admin, NamespaceTable table, int maxNamespaces) {
    this.admin = admin;
    this.table = table;
    this.maxNamespaces = maxNamespaces;
  }

  /** The controller reported a change. */
  void changed() {
    if (running != null) {
      again = true;
      return;
    }
    failures = 0;
    Future<Void> unused = look(changes().compose(this::scan)).onFailure(this::failed);
  }

  // What changed was read from the log, which has forgotten it: without another look it would stay
  // unknown. Only a controller that goes on refusing is let be, until it reports something.
  private void failed(Throwable cause) {
    LOG.debug("namespaces cannot be looked at: {}", cause.getMessage());
    if (!pausing && failures < MOST_FAILURES && admin.connection().open()) {
      pausing = true;
      long pauseMillis = PAUSE_MILLIS << failures;
      failures++;
      admin
          .connection()
          .context()
          .setTimer(
              pauseMillis,
              id -> {
                pausing = false;
                Future<Void> unused = rescan().onFailure(this::failed);
              });
    }
  }

  /** Looks at all of them. */
  Future<Void> rescan() {
    Future<Void> before = running;
    // Not beside another look: what is older could come last.
    return before == null ? look(scan(ALL)) : before.otherwiseEmpty().compose(done -> rescan());
  }

  private Future<Void> look(Future<Void> begun) {
    running = begun;
    return begun.onComplete(
        done -> {
          running = null;
          if (again) {
            again = false;
            changed();
          }
        });
  }

  private Future<ChangedNamespaceLog> changes() {
    byte[] sqe = new byte[Sqe.BYTES];
    Sqe.init(sqe, 0, AdminOpcode.GET_LOG_PAGE, 0, 0xFFFF_FFFFL);
    long dwords = ChangedNamespaceLog.BYTES / Integer.BYTES - 1L;
    Sqe.cdw(sqe, 0, 10, LogPageId.CHANGED_NAMESPACES | dwords << 16);
    return admin
        .submit(sqe, Direction.READ, new byte[ChangedNamespaceLog.BYTES])
        .map(
            answer ->
                Status.isSuccess(answer.status())
                    ? ChangedNamespaceLog.decode(answer.data())
                    // One that cannot say what changed may mean anything.
                    : ALL);
  }

  private Future<Void> scan(ChangedNamespaceLog changes) {
    Map<Long, NamespaceFacts> known = new HashMap<>();
    if (!changes.overflowed()) {
      table.all().forEach(namespace -> known.put(namespace.id(), namespace.facts()));
      known.keySet().removeAll(Set.copyOf(changes.nsids()));
    }
    NamespaceScan scan = new NamespaceScan(maxNamespaces, known::get);
    return admin
        .drive(
            scan.start(),
            answer -> scan.completed(answer.status(), answer.data()),
            () -> {
              throw new IllegalStateException("a scan does not pause");
            })
        .compose(
            end -> {
              if (end instanceof Action.Scanned found) {
                if (found.cut() && !table.isCut()) {
                  LOG.warn("there are more than {} namespaces by now", maxNamespaces);
                }
                table.cut(found.cut());
                table.update(found.namespaces());
                return Future.succeededFuture();
              }
              String why = end instanceof Action.Failed failed ? failed.reason() : "no end: " + end;
              return Future.failedFuture(new NvmeException.NeverSent(why));
            });
  }
}
