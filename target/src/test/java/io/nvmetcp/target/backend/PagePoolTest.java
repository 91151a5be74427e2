package io.nvmetcp.target.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagePoolTest {
  private static final int PAGE_BYTES = 128 << 10;
  // More than a slab.
  private static final int PAGES = 150;
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  static boolean systemTellsOfHugePages() {
    return Files.isReadable(MAPPINGS)
        && Files.isDirectory(Path.of("/sys/kernel/mm/transparent_hugepage"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pagesAreZerosThatDoNotOverlap(boolean huge) {
    PagePool pool = new PagePool(PAGE_BYTES, huge);
    List<MemorySegment> memories = new ArrayList<>();
    for (int i = 0; i < PAGES; i++) {
      MemorySegment memory = pool.take(true).memory();
      assertThat(memory.byteSize()).isEqualTo(PAGE_BYTES);
      assertThat(memory.address() % 4096).isZero();
      assertThat(memory.mismatch(MemorySegment.ofArray(new byte[PAGE_BYTES]))).isEqualTo(-1);
      memory.fill((byte) 0xA5);
      memories.add(memory);
    }
    memories.sort(Comparator.comparingLong(MemorySegment::address));
    for (int i = 1; i < PAGES; i++) {
      long endBefore = memories.get(i - 1).address() + PAGE_BYTES;
      assertThat(memories.get(i).address()).isGreaterThanOrEqualTo(endBefore);
    }
    assertThat(pool.inUse()).isEqualTo(PAGES);

    pool.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> memories.get(0).get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  @EnabledIf("systemTellsOfHugePages")
  void theSystemIsAskedForHugePagesAndGetsTheMemoryBack() throws IOException {
    PagePool pool = new PagePool(PAGE_BYTES, true);
    long address = pool.take(true).memory().address();
    assertThat(flags(address)).as("advised for huge pages").contains("hg");
    PagePool small = new PagePool(PAGE_BYTES, false);
    assertThat(flags(small.take(true).memory().address())).isNotEmpty().doesNotContain("hg");
    small.close();

    pool.close();
    // Something else may be there by now.
    assertThat(flags(address)).as("mapped no more").doesNotContain("hg");
  }

  // Of the mapping that holds the address; none if it is not mapped.
  private static List<String> flags(long address) throws IOException {
    boolean here = false;
    for (String line : Files.readAllLines(MAPPINGS)) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        here =
            Long.parseUnsignedLong(range[0], 16) <= address
                && address < Long.parseUnsignedLong(range[1], 16);
      } else if (here && line.startsWith("VmFlags:")) {
        return List.of(line.substring("VmFlags:".length()).trim().split(" "));
      }
    }
    return List.of();
  }
}
