package io.nvmetcp.cli;

import io.nvmetcp.initiator.ControllerInfo;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.JobResult;
import io.nvmetcp.target.TargetStatistics;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the demo found.
 *
 * @param settings what was asked for
 * @param file the file behind the second namespace
 * @param fileReadOnly it was served read-only and compared with itself
 * @param controller what was negotiated
 * @param host the initiator's counts
 * @param target the target's counts
 * @param results of the jobs, in order
 * @param problems what was wrong, in words; empty if nothing was
 * @param interrupted the run was cut short
 */
record DemoReport(
    DemoSettings settings,
    Path file,
    boolean fileReadOnly,
    ControllerInfo controller,
    InitiatorStatistics host,
    TargetStatistics target,
    List<JobResult> results,
    List<String> problems,
    boolean interrupted) {
  private static final int INTERRUPTED = 130;

  /** 0 only if every block was right, every counter balances and nothing leaked. */
  int exitCode() {
    if (!problems.isEmpty()) {
      return Main.FAILED;
    }
    return interrupted ? INTERRUPTED : 0;
  }

  String text() {
    return DemoText.render(this);
  }

  String json() {
    return DemoJson.render(this).encodePrettily();
  }

  /** Collects a report while the demo runs. */
  static final class Builder {
    private final DemoSettings settings;
    private final Path file;
    private final boolean fileReadOnly;
    private @Nullable ControllerInfo controller;
    private @Nullable InitiatorStatistics host;
    private @Nullable TargetStatistics target;
    private List<JobResult> results = List.of();
    private List<String> problems = List.of();
    private boolean interrupted;

    Builder(DemoSettings settings, Path file, boolean fileReadOnly) {
      this.settings = settings;
      this.file = file;
      this.fileReadOnly = fileReadOnly;
    }

    Builder controller(ControllerInfo value) {
      controller = value;
      return this;
    }

    Builder host(InitiatorStatistics value) {
      host = value;
      return this;
    }

    Builder target(TargetStatistics value) {
      target = value;
      return this;
    }

    Builder results(List<JobResult> value) {
      results = List.copyOf(value);
      return this;
    }

    Builder problems(List<String> value) {
      problems = List.copyOf(value);
      return this;
    }

    Builder interrupted(boolean value) {
      interrupted = value;
      return this;
    }

    /** The lines that open the demo. */
    String opening(int port) {
      return DemoText.opening(settings, file, fileReadOnly, port);
    }

    DemoReport build() {
      ControllerInfo info = controller;
      InitiatorStatistics hostCounts = host;
      TargetStatistics targetCounts = target;
      if (info == null || hostCounts == null || targetCounts == null) {
        throw new IllegalStateException("the demo did not get far enough for a report");
      }
      return new DemoReport(
          settings,
          file,
          fileReadOnly,
          info,
          hostCounts,
          targetCounts,
          results,
          problems,
          interrupted);
    }
  }
}
