package io.nvmetcp.cli;

import io.nvmetcp.initiator.ReconnectOptions;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/**
 * How an association is watched over, and what is done when it is lost: under nvme-cli's names,
 * which are in seconds. Values that cannot be are an {@link IllegalArgumentException} that names
 * the option.
 */
final class LifeOptions {
  private static final int MAX_SECONDS = 2_000_000;
  private static final int MAX_DELAY_SECONDS = 3_600;
  private static final long FIRST_DELAY_MILLIS = 100;

  @Option(
      names = {"-k", "--keep-alive-tmo"},
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Keep-alive timeout, 0 for none (default: ${DEFAULT-VALUE}).")
  private int keepAliveSeconds;

  @Option(
      names = "--ctrl-loss-tmo",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Connect again for so long if the connection is lost; 0: that is the end, -1: for ever"
              + " (default: ${DEFAULT-VALUE}).")
  private int lossSeconds;

  @Option(
      names = "--reconnect-delay",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "The longest delay between two attempts; the first is 0.1 s (default:"
              + " ${DEFAULT-VALUE}).")
  private int delaySeconds;

  @Option(
      names = "--fast_io_fail_tmo",
      paramLabel = "SECONDS",
      defaultValue = "-1",
      description =
          "How long commands wait for a new connection; -1: as long as that is tried (default:"
              + " ${DEFAULT-VALUE}).")
  private int failFastSeconds;

  /** Refuses what cannot be. */
  void check() {
    long unused = keepAliveMillis();
    ReconnectOptions unusedToo = reconnect();
  }

  long keepAliveMillis() {
    // 2^32 - 1 ms.
    return millis("--keep-alive-tmo", 0, 4_294_967, keepAliveSeconds);
  }

  ReconnectOptions reconnect() {
    long maxDelayMillis = millis("--reconnect-delay", 1, MAX_DELAY_SECONDS, delaySeconds);
    return new ReconnectOptions()
        .setLossTimeoutMillis(orUnlimited("--ctrl-loss-tmo", lossSeconds))
        .setFailFastMillis(orUnlimited("--fast_io_fail_tmo", failFastSeconds))
        .setMaxDelayMillis(maxDelayMillis)
        .setFirstDelayMillis(FIRST_DELAY_MILLIS);
  }

  private static long orUnlimited(String option, int seconds) {
    return seconds == -1
        ? ReconnectOptions.UNLIMITED
        : millis(option + " (-1: no limit)", 0, MAX_SECONDS, seconds);
  }

  private static long millis(String option, int least, int most, int seconds) {
    if (seconds < least || seconds > most) {
      throw new IllegalArgumentException(
          "%s: %d to %d seconds, not %d".formatted(option, least, most, seconds));
    }
    return TimeUnit.SECONDS.toMillis(seconds);
  }
}
