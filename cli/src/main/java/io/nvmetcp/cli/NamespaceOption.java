package io.nvmetcp.cli;

import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.Namespace;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which namespace: the short {@code -n} of nvme-cli is the subsystem's here. */
final class NamespaceOption {
  private static final int NAMED = 20;

  @Option(
      names = "--namespace-id",
      paramLabel = "ID",
      converter = NumberConverter.class,
      description = "The namespace (default: the only one of the subsystem).")
  private @Nullable Long id;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** Its number, if it was given. */
  Optional<Long> id() {
    return Optional.ofNullable(id);
  }

  /** The namespace of this number, or the only one there is. */
  Namespace of(Controller controller) {
    List<Namespace> all = controller.namespaces();
    Long wanted = id;
    if (wanted != null) {
      return controller
          .namespace(wanted)
          .orElseThrow(
              () ->
                  usage(
                      "--namespace-id: there is no namespace %d; there are %s"
                          .formatted(wanted, ids(all))));
    }
    if (all.size() != 1) {
      throw usage(
          all.isEmpty()
              ? "the subsystem has no namespace that can be used"
              : "--namespace-id: which one? There are " + ids(all));
    }
    return all.getFirst();
  }

  private static String ids(List<Namespace> all) {
    return all.isEmpty()
        ? "none"
        : all.stream()
            .limit(NAMED)
            .map(namespace -> Long.toString(namespace.id()))
            .collect(Collectors.joining(", ", "", all.size() > NAMED ? ", ..." : ""));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
