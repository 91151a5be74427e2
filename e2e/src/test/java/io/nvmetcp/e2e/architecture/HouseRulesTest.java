package io.nvmetcp.e2e.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that are more than an import. */
class HouseRulesTest {
  private static final Set<String> API =
      Set.of(
          "io.nvmetcp.initiator",
          "io.nvmetcp.initiator.discovery",
          "io.nvmetcp.target",
          "io.nvmetcp.target.backend",
          "io.nvmetcp.target.schedule");

  @Test
  void pureMachinesReadNoClock() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.nvmetcp.crc..",
            "io.nvmetcp.nvme..",
            "io.nvmetcp.pdu..",
            "io.nvmetcp.ddp..",
            "io.nvmetcp.initiator.queue",
            "io.nvmetcp.initiator.connect",
            "io.nvmetcp.initiator.health",
            "io.nvmetcp.target.session",
            "io.nvmetcp.target.subsystem",
            "io.nvmetcp.target.schedule")
        .should()
        .callMethodWhere(
            target(owner(type(System.class)))
                .and(target(nameMatching("nanoTime|currentTimeMillis"))))
        .orShould()
        .callMethodWhere(target(owner(type(Instant.class))).and(target(nameMatching("now"))))
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(Sources.classes());
  }

  @Test
  void onlyRegisteredMemoryOpensArenas() {
    noClasses()
        .that()
        .resideInAnyPackage("io.nvmetcp.ddp..", "io.nvmetcp.initiator..")
        .and()
        .resideOutsideOfPackage("io.nvmetcp.ddp.memory")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Arena.class)
        .check(Sources.classes());
    assertThat(Sources.classes().stream().filter(HouseRulesTest::usesArena))
        .as("registered memory uses arenas, so the rule can see them")
        .isNotEmpty();
  }

  @Test
  void publicSignaturesShowNoTypeOfNetty() {
    List<JavaMember> members =
        Sources.classes().stream()
            .filter(type -> API.contains(type.getPackageName()))
            .filter(HouseRulesTest::visible)
            .flatMap(type -> type.getMembers().stream())
            .filter(HouseRulesTest::visible)
            .toList();
    assertThat(members).isNotEmpty();
    assertThat(members)
        .allSatisfy(
            member ->
                assertThat(signature(member))
                    .as(member.getFullName())
                    .noneMatch(type -> type.getPackageName().startsWith("io.netty")));
  }

  @Test
  void placementKnowsNoWordOfNvme() throws IOException {
    // Identifiers, texts and comments; only our own package names may hold the letters.
    var word =
        Pattern.compile(
            "nvme|\\b(cccid|ttag|r2t|c2h\\w*|h2c\\w*|capsule\\w*|sqe|cqe|namespaces?)\\b",
            Pattern.CASE_INSENSITIVE);
    Path main = Path.of("").toAbsolutePath().resolveSibling("ddp-offload").resolve("src/main/java");
    try (Stream<Path> files = Files.walk(main)) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(5);
      assertThat(sources)
          .allSatisfy(
              file ->
                  assertThat(word.matcher(text(file)).results().map(r -> r.group()))
                      .as(main.relativize(file).toString())
                      .isEmpty());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).replace("io.nvmetcp", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean usesArena(JavaClass type) {
    DescribedPredicate<JavaClass> arena = JavaClass.Predicates.assignableTo(Arena.class);
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(dependency -> arena.test(dependency.getTargetClass()));
  }

  private static boolean visible(JavaClass type) {
    return isOpen(type.getModifiers())
        && type.getEnclosingClass().map(HouseRulesTest::visible).orElse(true);
  }

  private static boolean visible(JavaMember member) {
    return isOpen(member.getModifiers()) && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static boolean isOpen(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> signature(JavaMember member) {
    return switch (member) {
      case JavaField field -> field.getType().getAllInvolvedRawTypes().stream();
      case JavaCodeUnit unit ->
          Stream.concat(
              unit.getReturnType().getAllInvolvedRawTypes().stream(),
              unit.getParameterTypes().stream()
                  .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()));
      default -> throw new AssertionError("neither field nor method: " + member);
    };
  }
}
