package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.loadgen.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void saysTitlePartOperationsAndBytesPerSecond() {
    assertThat(LiveLine.format("read 4 KiB", 0.371, 60_000, 60_000 * 4096L, 500_000_000))
        .isEqualTo("read 4 KiB     37 %    120,000 IOPS      468.8 MiB/s");
  }

  @Test
  void isNeverMoreThanDone() {
    assertThat(LiveLine.format("fill", 1.2, 0, 0, 1)).startsWith("fill          100 %");
  }

  @Test
  void leavesOneWholeLineWhereThereIsNoTerminal() {
    new LiveLine(out, false, "fill", new Progress(), 0, 1 << 20).close();
    assertThat(text())
        .startsWith("fill            0 %")
        .endsWith("MiB/s" + System.lineSeparator())
        .doesNotContain("\r")
        .hasLineCount(1);
  }

  @Test
  void wipesItselfOnATerminal() {
    new LiveLine(out, true, "fill", new Progress(), 0, 1 << 20).close();
    assertThat(text()).startsWith("\r").endsWith("\r").isBlank();
  }

  @Test
  void closingTwiceSaysNothingNew() {
    LiveLine line = new LiveLine(out, false, "fill", new Progress(), 0, 1 << 20);
    line.close();
    line.close();
    assertThat(text()).hasLineCount(1);
  }

  @Test
  void printsAsItGoes() throws InterruptedException {
    BlockingQueue<String> printed = new LinkedBlockingQueue<>();
    PrintStream listening =
        new PrintStream(bytes, true, StandardCharsets.UTF_8) {
          @Override
          public void print(String text) {
            printed.add(text);
          }
        };
    try (LiveLine _ =
        new LiveLine(listening, true, "read", new Progress(), TimeUnit.HOURS.toNanos(1), 0)) {
      assertThat(printed.poll(20, TimeUnit.SECONDS)).startsWith("\rread            0 %");
    }
    assertThat(printed.poll(20, TimeUnit.SECONDS)).isBlank();
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
