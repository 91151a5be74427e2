package io.nvmetcp.e2e.docs;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.NvmeTargetVerticle;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.nvmetcp.target.backend.Delay;
import io.nvmetcp.target.backend.FaultRule;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;

/** The examples of the guide that are no program of their own; a test runs them. */
final class GuideExamples {
  private GuideExamples() {}

  static Future<Integer> serve(Vertx vertx) {
    // @start region="serve"
    var config =
        new JsonObject(
            """
            {
              "port": 0,
              "subsystems": [
                {
                  "nqn": "nqn.2026-11.com.example:disks",
                  "namespaces": [{"id": 1, "memory": "64MiB"}]
                }
              ]
            }
            """);
    return vertx
        .deployVerticle(new NvmeTargetVerticle(), new DeploymentOptions().setConfig(config))
        .map(id -> (Integer) vertx.sharedData().getLocalMap(NvmeTargetVerticle.PORTS).get(id));
    // @end
  }

  static Future<Void> change(NvmeTarget target, String nqn) {
    // @start region="change"
    return target
        .addNamespace(nqn, NamespaceOptions.memory(2, 1 << 20))
        .compose(_ -> target.resizeNamespace(nqn, 2, 2 << 20))
        .compose(_ -> target.allowHost(nqn, "nqn.2026-11.com.example:another-host"))
        .compose(_ -> target.removeNamespace(nqn, 2));
    // @end
  }

  static Future<NvmeTarget> troubled(Vertx vertx, String nqn) {
    // @start region="rehearse"
    var disk =
        NamespaceOptions.memory(1, 1 << 20)
            .setDelay(Delay.parse("uniform:1ms:5ms"))
            .addFault(FaultRule.parse("read@100:status=2/81:times=1"));
    var options =
        new TargetOptions()
            .setPort(0)
            .setPolicy("shuffle:8:7")
            .addSubsystem(new SubsystemOptions(nqn).addNamespace(disk));
    return NvmeTarget.create(vertx, options).start();
    // @end
  }
}
