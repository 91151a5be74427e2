package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Response orders, placing devices, teardown modes, digests, transports, block sizes and numbers of
 * queues, crossed: every byte is where it belongs, and the counters say that what was to be tried
 * was tried.
 *
 * <p>The system property {@code matrix} says how many cells: {@code pairs}, in which any two values
 * meet, in the ordinary build; {@code triples} in the continuous one; {@code all} by a profile. The
 * table is printed and saved below {@code target/matrix}.
 */
@Timeout(120)
class ReorderMatrixTest {
  private static final int LOOPS = 4;
  private static final List<MatrixCell> ALL = MatrixCells.all(Transports.loadable());
  private static final MatrixTable TABLE = new MatrixTable();
  private static final Map<Transports, Vertx> TARGETS = new EnumMap<>(Transports.class);
  private static final Map<Transports, Vertx> HOSTS = new EnumMap<>(Transports.class);
  @TempDir private static Path dir;

  static Stream<MatrixCell> cells() {
    String size = System.getProperty("matrix", "pairs");
    return switch (size) {
      case "pairs" -> MatrixCells.covering(ALL, 2).stream();
      case "triples" -> MatrixCells.covering(ALL, 3).stream();
      case "all" -> ALL.stream();
      default -> throw new IllegalArgumentException("matrix=" + size);
    };
  }

  @AfterAll
  static void stop() throws Exception {
    for (Vertx vertx : TARGETS.values()) {
      await(vertx.close());
    }
    for (Vertx vertx : HOSTS.values()) {
      await(vertx.close());
    }
    System.out.print(TABLE.text());
    TABLE.save(Path.of("target", "matrix"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void everyByteIsRightAndEveryCounterSaysWhoDidIt(MatrixCell cell) throws Exception {
    Transports transport = cell.transport();
    Vertx target = TARGETS.computeIfAbsent(transport, chosen -> chosen.vertx(LOOPS));
    Vertx host = HOSTS.computeIfAbsent(transport, chosen -> chosen.vertx(LOOPS));
    try {
      MatrixRun run = MatrixRun.of(cell, target, host, dir.resolve("namespace.img"));
      TABLE.add(run);
      MatrixChecks.check(run);
    } catch (Exception | AssertionError e) {
      TABLE.failed(cell, e);
      throw e;
    }
  }

  @Test
  void fewCellsBringAnyTwoOrThreeValuesTogether() {
    for (int strength = 2; strength <= 3; strength++) {
      List<MatrixCell> few = MatrixCells.covering(ALL, strength);
      Set<String> met = new HashSet<>();
      Set<String> all = new HashSet<>();
      for (MatrixCell cell : few) {
        met.addAll(MatrixCells.meetings(cell, strength));
      }
      for (MatrixCell cell : ALL) {
        all.addAll(MatrixCells.meetings(cell, strength));
      }
      assertThat(met).isEqualTo(all);
      assertThat(few).doesNotHaveDuplicates().hasSizeLessThan(strength == 2 ? 50 : 220);
      System.out.printf("%d values together: %d of %d cells%n", strength, few.size(), ALL.size());
    }
  }
}
