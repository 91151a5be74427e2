package io.nvmetcp.e2e.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code e2e/chaos/run} does for minutes, for a moment; and a target that must be caught. */
@Timeout(300)
class ChaosTest {
  private final long seed = new SplittableRandom().nextLong();

  @TempDir private Path folder;

  @Test
  void everyFlushedWriteIsFoundAndEveryCommandEndsOnceWhateverBreaks() throws Exception {
    JsonObject result = Chaos.run(5, seed, false, folder);

    assertThat(result.getJsonArray("problems")).as("seed %d", seed).isEmpty();
    assertThat(result.getInteger("targetKilled")).isPositive();
    assertThat(result.getLong("checkedBlocks")).isPositive();
  }

  @Test
  void aTargetWhoseFlushesDoNothingIsCaught() throws Exception {
    JsonObject result = Chaos.run(1, seed, true, folder);

    assertThat(result.getInteger("targetKilled")).isPositive();
    assertThat(result.getJsonArray("problems").encode())
        .as("seed %d", seed)
        .containsAnyOf("stale", "lost");
  }
}
