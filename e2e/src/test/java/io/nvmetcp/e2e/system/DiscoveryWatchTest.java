package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nvmetcp.initiator.DiscoveryAddress;
import io.nvmetcp.initiator.DiscoveryChange;
import io.nvmetcp.initiator.DiscoveryOptions;
import io.nvmetcp.initiator.DiscoveryWatch;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.NvmeInitiator;
import io.nvmetcp.initiator.ReconnectOptions;
import io.nvmetcp.initiator.discovery.DiscoveryEntry;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.ReferralOptions;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A discovery service is followed: each change at the target is told, also after a restart. */
@Timeout(60)
class DiscoveryWatchTest {
  private static final String DISK = "nqn.2026-11.io.nvmetcp:disk";
  private static final String OTHER = "nqn.2026-11.io.nvmetcp:other";

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<DiscoveryChange> changes = new LinkedBlockingQueue<>();
  private NvmeInitiator initiator;
  private NvmeTarget target;

  private static SubsystemOptions subsystem(String nqn) {
    return new SubsystemOptions(nqn).addNamespace(NamespaceOptions.memory(1, 1 << 20));
  }

  private int serve(int port, String... nqns) throws Exception {
    TargetOptions options = new TargetOptions().setPort(port);
    for (String nqn : nqns) {
      options.addSubsystem(subsystem(nqn));
    }
    target = NvmeTarget.create(vertx, options);
    return await(target.start()).port();
  }

  private DiscoveryWatch watch(int port) throws Exception {
    ReconnectOptions soon = new ReconnectOptions().setFirstDelayMillis(20).setMaxDelayMillis(50);
    initiator = NvmeInitiator.create(vertx, new InitiatorOptions().setReconnect(soon));
    DiscoveryWatch watch =
        await(initiator.watch(new DiscoveryAddress("127.0.0.1", port), new DiscoveryOptions()));
    watch.changes().handler(changes::add);
    return watch;
  }

  private DiscoveryChange next() throws InterruptedException {
    DiscoveryChange change = changes.poll(20, TimeUnit.SECONDS);
    assertThat(change).as("a change, within 20 s").isNotNull();
    return Objects.requireNonNull(change);
  }

  private static List<String> names(List<DiscoveryEntry> entries) {
    return entries.stream()
        .filter(entry -> entry.kind() == DiscoveryEntry.Kind.SUBSYSTEM)
        .map(DiscoveryEntry::nqn)
        .toList();
  }

  @AfterEach
  void close() throws Exception {
    if (target != null) {
      await(target.close());
    }
    assertThat(initiator.regions().liveRegions()).isZero();
    await(vertx.close());
  }

  @Test
  void subsystemsThatComeAndGoAreTold() throws Exception {
    DiscoveryWatch watch = watch(serve(0, DISK));
    assertThat(names(watch.result().entries())).containsExactly(DISK);
    await(target.addSubsystem(subsystem(OTHER)));
    DiscoveryChange change = next();
    assertThat(names(change.added())).containsExactly(OTHER);
    assertThat(change.removed()).isEmpty();
    assertThat(names(watch.result().entries())).containsExactly(DISK, OTHER);
    await(target.removeSubsystem(DISK));
    change = next();
    assertThat(names(change.removed())).containsExactly(DISK);
    assertThat(names(change.result().entries())).containsExactly(OTHER);

    await(watch.close());
    assertThat(await(watch.ended())).isEqualTo("closed by this host");
    await(watch.close());
  }

  @Test
  void aServiceThatComesBackIsAskedAgain() throws Exception {
    int port = serve(0, DISK);
    DiscoveryWatch watch = watch(port);
    await(target.close());
    serve(port, DISK, OTHER);
    assertThat(names(next().added())).containsExactly(OTHER);
    await(watch.close());
  }

  @Test
  void whatAReferralLeadsToBelongsToIt() throws Exception {
    NvmeTarget second =
        NvmeTarget.create(vertx, new TargetOptions().addSubsystem(subsystem(OTHER)));
    await(second.start());
    DiscoveryWatch watch = watch(serve(0, DISK));
    await(target.setReferrals(List.of(new ReferralOptions("127.0.0.1", second.port()))));
    assertThat(names(next().added())).containsExactly(OTHER);
    await(watch.close());
    await(second.close());
  }

  @Test
  void aServiceThatIsNotThereIsNotWatched() throws Exception {
    int port = serve(0, DISK);
    await(target.close());
    Throwable cause = catchThrowable(() -> watch(port));
    assertThat(cause)
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessageStartingWith("cannot connect to 127.0.0.1 port " + port);
  }
}
