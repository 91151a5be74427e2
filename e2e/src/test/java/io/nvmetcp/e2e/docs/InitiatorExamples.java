package io.nvmetcp.e2e.docs;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerEvent;
import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryOptions;
import io.nvmetcp.initiator.DiscoveryWatch;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.LogPage;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.RawCommand;
import io.nvmetcp.initiator.StreamOptions;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.nvme.AdminOpcode;
import io.nvmetcp.nvme.CommandEffectsLog;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LogPageId;
import io.nvmetcp.nvme.Retry;
import io.nvmetcp.nvme.Status;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Consumer;

/** The examples of the initiator's API documentation; a test runs them and checks the quotes. */
final class InitiatorExamples {
  private InitiatorExamples() {}

  static Future<Controller> connect(Vertx vertx, String host, int discoveryPort) {
    // @start region="connect"
    InitiatorOptions options =
        new InitiatorOptions(new JsonObject().put("ioQueues", 4).put("dataDigest", true));
    NvmeInitiator initiator = NvmeInitiator.create(vertx, options);
    return initiator
        .discover(new DiscoveryAddress(host, discoveryPort))
        .map(
            found ->
                found.entries().stream()
                    .filter(entry -> entry.kind() == DiscoveryEntry.Kind.SUBSYSTEM)
                    .findFirst()
                    .orElseThrow())
        .compose(
            entry ->
                initiator.connect(
                    new SubsystemAddress(entry.address(), entry.port(), entry.nqn())));
    // @end
  }

  static Future<Void> buffers(NvmeInitiator initiator, Namespace namespace) {
    // @start region="buffers"
    int block = namespace.blockBytes();
    Region memory = initiator.regions().register(4L * block);
    memory.segment().setString(0, "hello");
    return namespace
        // No copy: the socket reads from, and writes into, the registered memory.
        .write(0, memory.slice(0, 2 * block))
        .compose(_ -> namespace.read(0, memory.slice(2L * block, 2 * block)))
        // Several pieces, one behind the other.
        .compose(
            _ ->
                namespace.read(
                    0, ScatterList.of(memory.slice(3L * block, block), memory.slice(0, block))))
        // A Vert.x buffer costs one copy.
        .compose(_ -> namespace.read(0, 2))
        .compose(data -> namespace.write(2, data, IoFlag.FUA))
        .onComplete(_ -> memory.close());
    // @end
  }

  static Future<Void> ranges(Namespace namespace) {
    // @start region="ranges"
    return namespace
        .writeZeroes(new BlockRange(0, 64), IoFlag.DEALLOCATE)
        .compose(_ -> namespace.copy(List.of(new BlockRange(64, 8)), 0))
        .compose(_ -> namespace.deallocate(List.of(new BlockRange(64, 8))))
        .compose(_ -> namespace.verify(new BlockRange(0, namespace.blocks())))
        .compose(_ -> namespace.flush());
    // @end
  }

  static Future<Void> copyDevice(Namespace from, Namespace to) {
    // @start region="streams"
    StreamOptions options = new StreamOptions().setChunkBytes(1 << 20).setDepth(4);
    return from.asReadStream(options).pipeTo(to.asWriteStream(options));
    // @end
  }

  static Future<String> failures(Namespace namespace, Buffer data) {
    // @start region="failures"
    return namespace
        .write(0, data)
        .map("written")
        .recover(
            cause ->
                switch (cause) {
                  // Nothing was sent: trying again is safe.
                  case NvmeException.NeverSent never ->
                      Future.succeededFuture("not written: " + never.getMessage());
                  // The controller says why it did not, and whether another try can help.
                  case NvmeException.CommandFailed failed when failed.retry() != Retry.NEVER ->
                      Future.succeededFuture("try again later: " + failed.statusName());
                  // Written or not, nobody knows: read before writing anything else.
                  case NvmeException.OutcomeUnknown unknown ->
                      Future.succeededFuture("unknown: " + unknown.getMessage());
                  default -> Future.failedFuture(cause);
                });
    // @end
  }

  static Future<String> health(Controller controller) {
    // @start region="admin"
    return controller
        .admin()
        .smartLog()
        .compose(
            smart ->
                controller
                    .admin()
                    .getFeature(FeatureId.KEEP_ALIVE_TIMER)
                    .map(value -> Features.KeepAlive.decode(value.dword()))
                    .map(
                        keepAlive ->
                            "%d %% spare, keep-alive %d ms"
                                .formatted(smart.availableSparePercent(), keepAlive.timeoutMs())));
    // @end
  }

  static Future<Boolean> passthrough(Controller controller) {
    // @start region="passthrough"
    RawCommand identify =
        new RawCommand(AdminOpcode.IDENTIFY).setDword(10, 1).setReceiveBytes(4096);
    return controller
        .admin()
        .passthrough(identify)
        .compose(
            _ ->
                controller
                    .admin()
                    .logPage(new LogPage(LogPageId.COMMANDS_SUPPORTED, CommandEffectsLog.BYTES)))
        .map(log -> CommandEffectsLog.io(log, IoOpcode.COMPARE) != 0);
    // @end
  }

  static void events(Controller controller, Consumer<String> log) {
    // @start region="events"
    controller
        .events()
        .handler(
            event -> {
              switch (event) {
                case ControllerEvent.StateChanged(var from, var to, var reason) ->
                    log.accept(from + " -> " + to + ": " + reason);
                case ControllerEvent.NamespaceChanged(var namespace, var oldBlocks) ->
                    log.accept(
                        "namespace %d: %d blocks, had %d"
                            .formatted(namespace.id(), namespace.blocks(), oldBlocks));
                case ControllerEvent.NamespaceAdded(var namespace) ->
                    log.accept("namespace " + namespace.id() + " is new");
                case ControllerEvent.NamespaceRemoved(var id) ->
                    log.accept("namespace " + id + " is gone");
                case ControllerEvent.DiscoveryLogChanged _ -> log.accept("discover again");
                case ControllerEvent.Notice(var notice) -> log.accept("notice: " + notice);
                case ControllerEvent.Missed(var count) -> log.accept(count + " events missed");
              }
            })
        .endHandler(_ -> log.accept("gone"));
    // @end
  }

  static Future<DiscoveryWatch> watch(
      NvmeInitiator initiator, DiscoveryAddress address, Consumer<String> log) {
    // @start region="watch"
    return initiator
        .watch(address, new DiscoveryOptions())
        .onSuccess(
            watch ->
                watch
                    .changes()
                    .handler(
                        change -> {
                          change.added().forEach(entry -> log.accept("new: " + entry.nqn()));
                          change.removed().forEach(entry -> log.accept("gone: " + entry.nqn()));
                        }));
    // @end
  }

  static boolean differs(Throwable cause) {
    // @start region="compare"
    return cause instanceof NvmeException.CommandFailed failed
        && failed.code() == Status.COMPARE_FAILURE;
    // @end
  }
}
