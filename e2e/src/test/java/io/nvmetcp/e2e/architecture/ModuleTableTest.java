package io.nvmetcp.e2e.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import io.nvmetcp.target.backend.StorageBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The module table of the architecture: who may import whom. One row, one rule. */
class ModuleTableTest {
  private static final String NETTY = "io.netty..";
  private static final String VERTX = "io.vertx..";
  private static final String CHANNELS = "io.netty.channel..";
  private static final String[] SOCKETS = {CHANNELS, "java.net..", "java.nio.channels.."};
  private static final String[] LOGGING = {
    "org.slf4j..", "java.util.logging..", "io.netty.util.internal.logging.."
  };

  /** A package, and what it may not import; {@code ..} at the end means with all below it. */
  private record Row(String of, List<String> mayNotImport) {
    Row and(String... more) {
      return new Row(of, Stream.concat(mayNotImport.stream(), Arrays.stream(more)).toList());
    }

    ArchRule rule() {
      return noClasses()
          .that()
          .resideInAPackage(ours(of))
          .should()
          .dependOnClassesThat(resideInAnyPackage(mayNotImport.toArray(String[]::new)))
          .allowEmptyShould(Sources.COMING.contains(of));
    }
  }

  /** A module, by its packages, and the modules its arrows lead to. */
  private record Arrow(List<String> from, List<String> to) {
    ArchRule rule() {
      var allowed = new ArrayList<>(from);
      allowed.addAll(to);
      return classes()
          .that()
          .resideInAnyPackage(all(from))
          .should()
          .onlyDependOnClassesThat(
              not(resideInAPackage("io.nvmetcp..")).or(resideInAnyPackage(all(allowed))));
    }

    private static String[] all(List<String> names) {
      return names.stream().map(name -> ours(name + "..")).toArray(String[]::new);
    }
  }

  private static final List<Arrow> ARROWS =
      List.of(
          arrow("crc"),
          new Arrow(List.of("pdu", "nvme"), List.of("crc")),
          arrow("ddp", "crc"),
          arrow("initiator", "crc", "pdu", "nvme", "ddp"),
          arrow("target", "crc", "pdu", "nvme"),
          arrow("loadgen", "initiator", "ddp", "crc"),
          arrow("cli", "loadgen", "initiator", "target", "ddp", "crc", "pdu", "nvme"));

  private static final List<Row> TABLE =
      List.of(
          row("crc..", NETTY, VERTX),
          row("crc", ours("crc.engine.."), ours("crc.ledger..")),
          row("pdu", VERTX, CHANNELS),
          row("pdu.check", NETTY, VERTX).and(LOGGING),
          row("pdu.frame", VERTX, ours("ddp..")).and(SOCKETS),
          row("pdu.channel", VERTX, ours("initiator.."), ours("target.."), ours("ddp..")),
          row("pdu.stream", ours("initiator.."), ours("target.."), ours("ddp..")),
          row("nvme", ours("pdu..")),
          row("ddp..", VERTX),
          row("ddp", NETTY),
          row("ddp.engine", ours("ddp.nic..")),
          row("ddp.nic", NETTY),
          row("initiator..", ours("target..")),
          row("initiator.queue", VERTX),
          row("initiator.connect", VERTX),
          row("initiator.health", VERTX, NETTY),
          row("target..", ours("initiator..")),
          row("target.subsystem", VERTX, CHANNELS),
          row("target.backend", ours("pdu.."), ours("target.session..")),
          row("loadgen", ours("target..")));

  /** What an application may use, and so all that the commands may. */
  private static final String[] PUBLIC =
      Stream.of(
              "cli..",
              "loadgen..",
              "initiator",
              "initiator.discovery",
              "target",
              "target.backend",
              "target.schedule",
              "target.discovery",
              "ddp",
              "ddp.memory",
              "ddp.fault",
              "ddp.stats",
              "crc",
              "crc.engine",
              "crc.ledger",
              "nvme",
              "pdu",
              "pdu.check",
              "pdu.frame")
          .map(ModuleTableTest::ours)
          .toArray(String[]::new);

  @Test
  void hasARowForEveryPackageAndATypeInEveryRow() {
    var expected = new TreeSet<>(Sources.PACKAGES);
    expected.removeAll(Sources.COMING);
    var present = Sources.present();
    present.removeAll(Sources.COMING);
    assertThat(present).isEqualTo(expected);
  }

  @TestFactory
  Stream<DynamicTest> modulesFollowTheArrows() {
    return ARROWS.stream()
        .map(
            arrow ->
                DynamicTest.dynamicTest(
                    arrow.from() + " -> " + arrow.to(),
                    () -> arrow.rule().check(Sources.classes())));
  }

  @TestFactory
  Stream<DynamicTest> packagesKeepToTheirRow() {
    return TABLE.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.of() + " without " + row.mayNotImport(),
                    () -> row.rule().check(Sources.classes())));
  }

  @Test
  void registeredMemoryAndResponseOrderImportNothingElse() {
    for (String closed : List.of("ddp.memory", "target.schedule")) {
      classes()
          .that()
          .resideInAPackage(ours(closed))
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  ours(closed), "java..", "org.jspecify..", "com.google.errorprone.annotations.."))
          .check(Sources.classes());
    }
  }

  @Test
  void sessionsKnowTheStorageInterfaceButNoBackEnd() {
    // Its data types, such as MemoryPieces and TransferBuffer, belong to the interface.
    DescribedPredicate<JavaClass> backEnd =
        resideInAPackage(ours("target.backend"))
            .and(
                describe(
                    "are back ends",
                    type -> !type.isInterface() && type.isAssignableTo(StorageBackend.class)));
    noClasses()
        .that()
        .resideInAPackage(ours("target.session"))
        .should()
        .dependOnClassesThat(backEnd)
        .check(Sources.classes());
  }

  @Test
  void commandsUsePublicPackagesOnly() {
    classes()
        .that()
        .resideInAPackage(ours("cli.."))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("io.nvmetcp..")).or(resideInAnyPackage(PUBLIC)))
        .check(Sources.classes());
  }

  private static Arrow arrow(String from, String... to) {
    return new Arrow(List.of(from), List.of(to));
  }

  private static Row row(String of, String... mayNotImport) {
    return new Row(of, List.of(mayNotImport));
  }

  private static String ours(String name) {
    return "io.nvmetcp." + name;
  }
}
