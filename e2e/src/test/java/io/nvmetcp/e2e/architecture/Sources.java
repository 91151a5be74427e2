package io.nvmetcp.e2e.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The project's own main classes, read once for all rules. */
final class Sources {
  /** Every package of the module table. */
  static final Set<String> PACKAGES =
      Set.of(
          "crc",
          "crc.engine",
          "crc.ledger",
          "nvme",
          "pdu",
          "pdu.check",
          "pdu.frame",
          "pdu.channel",
          "pdu.stream",
          "ddp",
          "ddp.memory",
          "ddp.engine",
          "ddp.socket",
          "ddp.nic",
          "ddp.fault",
          "ddp.stats",
          "initiator",
          "initiator.queue",
          "initiator.connect",
          "initiator.health",
          "initiator.discovery",
          "initiator.offload",
          "target",
          "target.session",
          "target.subsystem",
          "target.backend",
          "target.schedule",
          "target.discovery",
          "loadgen",
          "loadgen.job",
          "loadgen.measure",
          "loadgen.report",
          "loadgen.run",
          "loadgen.sequence",
          "loadgen.verify",
          "cli",
          "cli.bench",
          "cli.decode",
          "cli.host");

  /** Packages of the table without a type so far; a rule about them proves nothing yet. */
  static final Set<String> COMING = Set.of();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-info.class"))
          .importPackages("io.nvmetcp");

  static JavaClasses classes() {
    return CLASSES;
  }

  /** The packages that hold a type, without the common root, and without those of e2e. */
  static Set<String> present() {
    return CLASSES.stream()
        .map(JavaClass::getPackageName)
        .map(name -> name.substring("io.nvmetcp.".length()))
        .filter(name -> !name.equals("e2e") && !name.startsWith("e2e."))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Sources() {}
}
