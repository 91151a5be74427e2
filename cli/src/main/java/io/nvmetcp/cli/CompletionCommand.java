package io.nvmetcp.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nvmetcp completion}: a script by which a shell completes these commands. */
@Command(
    name = "completion",
    description = "Prints a script by which bash or zsh completes commands and options.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "bash: source <(nvmetcp completion bash)",
      "zsh:  source <(nvmetcp completion zsh)"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells there are scripts for. */
  enum Shell {
    /** bash. */
    BASH,
    /** zsh, which takes bash's completion functions. */
    ZSH
  }

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell = Shell.BASH;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    String script = AutoComplete.bash("nvmetcp", spec.root().commandLine());
    System.out.printf("# %s%n", shell.name().toLowerCase(Locale.ROOT));
    System.out.print(script);
    System.out.flush();
    return 0;
  }
}
