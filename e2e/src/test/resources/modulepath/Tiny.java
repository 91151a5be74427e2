package tiny;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.SubsystemAddress;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Writes and reads back 128 KiB; prints the modules of ours and the channel that carried it. */
public final class Tiny {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:tiny";
  private static final int LENGTH = 128 * 1024;

  private Tiny() {}

  public static void main(String[] args) throws Exception {
    Transport epoll = Transport.EPOLL;
    Vertx vertx =
        Vertx.builder()
            .withTransport(epoll != null && epoll.available() ? epoll : Transport.NIO)
            .build();
    NvmeTarget target =
        NvmeTarget.create(
            vertx,
            new TargetOptions()
                .setPolicy("reverse:4")
                .addSubsystem(
                    new SubsystemOptions(NQN).addNamespace(NamespaceOptions.memory(1, 1 << 20))));
    target.start().await(20, TimeUnit.SECONDS);
    NvmeInitiator initiator =
        NvmeInitiator.create(
            vertx,
            new InitiatorOptions().setDataDigest(true).setDevice(DeviceSpec.parse("socket:4096")));
    Controller controller =
        initiator
            .connect(new SubsystemAddress("127.0.0.1", target.port(), NQN))
            .await(20, TimeUnit.SECONDS);
    Region region = initiator.regions().register(2 * LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      region.segment().set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
    }
    var namespace = controller.namespace(1).orElseThrow();
    namespace.write(0, region.slice(0, LENGTH)).await(20, TimeUnit.SECONDS);
    namespace.read(0, region.slice(LENGTH, LENGTH)).await(20, TimeUnit.SECONDS);
    boolean right =
        region.slice(0, LENGTH).segment().mismatch(region.slice(LENGTH, LENGTH).segment()) == -1;
    controller.close().await(20, TimeUnit.SECONDS);
    target.close().await(20, TimeUnit.SECONDS);
    region.close();
    List<String> modules =
        ModuleLayer.boot().modules().stream()
            .filter(module -> module.getName().startsWith("io.nvmetcp"))
            .filter(module -> !module.getDescriptor().isAutomatic())
            .map(Module::getName)
            .sorted()
            .toList();
    System.out.println(modules);
    System.out.println(controller.info().channel());
    System.out.println(right ? "RIGHT" : "WRONG");
    vertx.close().await(20, TimeUnit.SECONDS);
  }
}
