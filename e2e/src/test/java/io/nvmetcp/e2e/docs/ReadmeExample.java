package io.nvmetcp.e2e.docs;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The example of the README, between the two markers. */
final class ReadmeExample {
  private ReadmeExample() {}

  static Future<String> writeAndReadBack(Vertx vertx) {
    // example
    var nqn = "nqn.2026-11.io.nvmetcp:example";
    var disk = new SubsystemOptions(nqn).addNamespace(NamespaceOptions.memory(1, 1 << 20));
    var target = NvmeTarget.create(vertx, new TargetOptions().addSubsystem(disk));
    var initiator = NvmeInitiator.create(vertx, new InitiatorOptions().setDataDigest(true));
    Region memory = initiator.regions().register(8192);
    memory.segment().setString(0, "hello");
    return target
        .start()
        .compose(t -> initiator.connect(new SubsystemAddress("127.0.0.1", t.port(), nqn)))
        .map(controller -> controller.namespace(1).orElseThrow())
        .compose(ns -> ns.write(0, memory.slice(0, 4096)).map(ns))
        .compose(ns -> ns.read(0, memory.slice(4096, 4096)))
        .map(_ -> memory.segment().getString(4096))
        .eventually(target::close)
        .onComplete(_ -> memory.close());
    // end
  }
}
