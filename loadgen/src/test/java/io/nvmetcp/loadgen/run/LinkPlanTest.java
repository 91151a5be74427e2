package io.nvmetcp.loadgen.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.loadgen.job.JobParser;
import io.nvmetcp.loadgen.job.JobSource;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which jobs share a connection, and what it is like. */
class LinkPlanTest {
  /** There are no files. */
  private static final class Words implements JobSource {
    @Override
    public String read(String name, String relativeTo) throws IOException {
      throw new IOException(name + " does not exist");
    }

    @Override
    public String variable(String name) {
      return "";
    }
  }

  private static Collection<LoadTarget.Wish> wishes(String words) {
    return LinkPlan.wishes(
            LinkPlan.rows(JobParser.parse(List.of(words.split(" ")), "bench", new Words()).jobs()))
        .values();
  }

  @Test
  void jobsThatWantTheSameShareOneConnectionOfAQueueEach() {
    assertThat(wishes("--name=a --iodepth=4 --name=b --iodepth=9"))
        .containsExactly(new LoadTarget.Wish(DeviceSpec.SOCKET, false, false, false, 2, 128));
  }

  @Test
  void whoPollsHasAConnectionOfItsOwn() {
    assertThat(wishes("--name=a --hipri --ddgst --name=b --iodepth=300"))
        .containsExactly(
            new LoadTarget.Wish(DeviceSpec.SOCKET, false, true, true, 1, 128),
            new LoadTarget.Wish(DeviceSpec.SOCKET, false, false, false, 1, 512));
  }
}
