package io.nvmetcp.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.channel.EventLoop;
import io.nvmetcp.initiator.InitiatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class PlacementTest {
  private static final long NAMESPACE_BYTES = 4 << 20;

  static boolean threadsCanBePinned() {
    return CpuPin.available();
  }

  // The CPUs on which a loop may run, as the system has it.
  private static String cpus(EventLoop loop) throws Exception {
    List<String> status =
        loop.submit(() -> Files.readAllLines(Path.of("/proc/thread-self/status")))
            .get(10, TimeUnit.SECONDS);
    return status.stream()
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @EnabledIf("threadsCanBePinned")
  void endsOfAConnectionAreOnOneCpuOrOnTwo() throws Exception {
    try (BenchTarget target = BenchTarget.steady(2, NAMESPACE_BYTES);
        BenchHost host =
            new BenchHost(
                target.clientVertx(),
                target.address(),
                new InitiatorOptions().setIoQueues(2),
                8,
                4096,
                false)) {
      assertThat(target.placements()).containsExactly(Placement.APART, Placement.TOGETHER);
      List<Placement.Ends> ends = host.ends(target.serverVertx());
      assertThat(ends.stream().map(Placement.Ends::client).distinct()).hasSize(2);
      assertThat(ends.stream().map(Placement.Ends::server).distinct()).hasSize(2);
      for (int round = 0; round < 2; round++) {
        Placement.TOGETHER.place(ends);
        List<String> cpus = new ArrayList<>();
        for (Placement.Ends each : ends) {
          assertThat(cpus(each.client())).isEqualTo(cpus(each.server()));
          cpus.add(cpus(each.client()));
        }
        assertThat(cpus).doesNotHaveDuplicates();

        Placement.APART.place(ends);
        assertThat(cpus(ends.get(0).client())).isEqualTo(cpus(ends.get(1).server()));
        assertThat(cpus(ends.get(1).client())).isEqualTo(cpus(ends.get(0).server()));
        assertThat(cpus(ends.get(0).client())).isNotEqualTo(cpus(ends.get(0).server()));

        Placement.FREE.place(ends);
        assertThat(cpus(ends.get(0).client())).as("as before").isEqualTo(cpus.get(0));
      }
    }
  }

  @Test
  void connectionsThatShareAnEventLoopCannotBePlaced() throws Exception {
    try (BenchTarget target = BenchTarget.steady(1, NAMESPACE_BYTES)) {
      assertThat(target.placements()).containsExactly(Placement.FREE);
      EventLoop client = target.clientVertx().nettyEventLoopGroup().next();
      EventLoop server = target.serverVertx().nettyEventLoopGroup().next();
      var ends = new Placement.Ends(client, server);
      assertThatIllegalStateException()
          .isThrownBy(() -> Placement.TOGETHER.place(List.of(ends, ends)))
          .withMessageContaining("share an event loop");
    }
  }
}
