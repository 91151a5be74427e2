package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestVerdict;
import io.nvmetcp.ddp.engine.NoneDevice;
import io.nvmetcp.ddp.fault.FaultRates;
import io.nvmetcp.ddp.memory.BufferSlice;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionKind;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.SharedViewer;
import io.nvmetcp.ddp.nic.NicOptions;
import io.nvmetcp.ddp.nic.SimulatedDevice;
import io.nvmetcp.ddp.socket.SocketDevice;
import io.nvmetcp.ddp.stats.DdpCounter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which device takes which kind of memory, and what becomes of the payload where it does not. */
final class RegionKindTest {
  private static final int LENGTH = 20_000;
  private static final int OFFSET = 777;

  enum Kind {
    NONE,
    SOCKET,
    SIMULATED;

    DdpDevice device(RegionRegistry registry) {
      return switch (this) {
        case NONE -> new NoneDevice(registry);
        case SOCKET -> new SocketDevice(registry, JdkCrc32c.INSTANCE, 4096);
        case SIMULATED ->
            new SimulatedDevice(registry, JdkCrc32c.INSTANCE, 1, NicOptions.of(FaultRates.NONE));
      };
    }
  }

  @TempDir private Path folder;

  private static DeviceBench bench(Kind kind) {
    return new DeviceBench(1, true, TeardownMode.LAZY, kind::device);
  }

  private static byte[] read(DeviceBench bench, int tag, Region region) {
    byte[] data = bench.data(LENGTH);
    bench.upper.read(tag, new BufferSlice(region, OFFSET, LENGTH));
    bench.send(bench.framing.dataIn(tag, 0, data), bench.framing.response(tag));
    bench.settle();
    assertThat(bench.upper.command(tag).responded).isTrue();
    return data;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aMappedFileHoldsWhatWasReadIntoIt(Kind kind) throws IOException {
    Path file = folder.resolve("mapped");
    byte[] data;
    try (DeviceBench bench = bench(kind)) {
      Region region = bench.registry.map(file, 64 * 1024);
      assertThat(region.kind()).isEqualTo(RegionKind.MAPPED);
      data = read(bench, 1, region);
      assertThat(bench.upper.command(1).placedBytes > 0).isEqualTo(kind != Kind.NONE);
      region.close();
    }
    byte[] content = Files.readAllBytes(file);
    assertThat(content).hasSize(64 * 1024);
    assertThat(Arrays.copyOfRange(content, OFFSET, OFFSET + LENGTH)).isEqualTo(data);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDamagedReadIntoAFileFailsWhateverItLeftThere(Kind kind) throws IOException {
    try (DeviceBench bench = bench(kind)) {
      Region mapped = bench.registry.map(folder.resolve("mapped"), 64 * 1024);
      Region shared = bench.registry.share(folder.resolve("shared"), 64 * 1024);
      int tag = 0;
      for (Region region : new Region[] {mapped, shared}) {
        tag++;
        bench.upper.read(tag, new BufferSlice(region, OFFSET, LENGTH));
        bench.send(
            bench.framing.corruptDataIn(tag, 0, bench.data(LENGTH), LENGTH / 2),
            bench.framing.response(tag));
        bench.settle();
        assertThat(bench.upper.command(tag).verdicts).containsExactly(DigestVerdict.MISMATCH);
        assertThat(bench.upper.command(tag).failed()).isTrue();
        // The next read of the same place makes it right again.
        byte[] data = read(bench, tag + DeviceBench.ENTRIES, region);
        assertThat(region.slice(OFFSET, LENGTH).segment().toArray(ValueLayout.JAVA_BYTE))
            .isEqualTo(data);
        assertThat(bench.upper.command(tag + DeviceBench.ENTRIES).failed()).isFalse();
        region.close();
      }
    }
  }

  @Test
  void aFileThatCannotBeMappedRegistersNothing() {
    RegionRegistry registry = new RegionRegistry();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> registry.map(folder.resolve("no/such"), 4096));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.share(folder.resolve("empty"), 0));
    assertThat(registry.liveRegions()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @Timeout(60)
  void anotherProcessSeesASharedRegionOnceTheReadSucceeded(Kind kind) throws Exception {
    Path file = folder.resolve("shared");
    try (DeviceBench bench = bench(kind)) {
      Region region = bench.registry.share(file, 64 * 1024);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SharedViewer.class.getName(),
                  file.toString(),
                  "65536")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader out = process.inputReader();
          Writer in = process.outputWriter()) {
        assertThat(out.readLine()).isEqualTo("ready");
        for (int tag = 1; tag <= 3; tag++) {
          byte[] data = read(bench, tag, region);
          in.write("look " + OFFSET + " " + LENGTH + "\n");
          in.flush();
          assertThat(Long.parseLong(out.readLine()))
              .isEqualTo(SharedViewer.crc(region, OFFSET, LENGTH));
          assertThat(region.slice(OFFSET, LENGTH).segment().toArray(ValueLayout.JAVA_BYTE))
              .isEqualTo(data);
        }
      } finally {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        process.destroyForcibly();
      }
      assertThat(region.kind()).isEqualTo(RegionKind.SHARED);
      region.close();
    }
  }

  @Test
  void hostAccessToADevicesMemoryIsAnError() {
    RegionRegistry registry = new RegionRegistry();
    StandInMemory memory = new StandInMemory(64 * 1024, true, true);
    Region region = registry.device(memory);
    assertThat(region.kind()).isEqualTo(RegionKind.DEVICE);
    assertThat(region.sizeBytes()).isEqualTo(64 * 1024);
    assertThat(region.contains(60_000, 5536)).isTrue();
    assertThat(region.contains(60_000, 5537)).isFalse();
    BufferSlice slice = region.slice(OFFSET, LENGTH);
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(slice::segment);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> region.segment().get(ValueLayout.JAVA_BYTE, 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(
            () ->
                MemorySegment.copy(region.segment(), 0, MemorySegment.ofArray(new byte[1]), 0, 1));
    assertThat(region.hold()).isTrue();
    region.close();
    assertThat(memory.closed).isFalse();
    region.release();
    assertThat(memory.closed).isTrue();
    assertThat(registry.liveRegions()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"NONE", "SOCKET"})
  void whoCannotReachADevicesMemoryRefusesItAndTheProviderCopies(Kind kind) {
    try (DeviceBench bench = bench(kind)) {
      StandInMemory memory = new StandInMemory(64 * 1024, true, true);
      Region region = bench.registry.device(memory);
      assertThat(bench.queue.setup(9, region, 0, LENGTH)).isEqualTo(SetupResult.REGION_KIND);
      byte[] data = read(bench, 1, region);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_KIND)).isEqualTo(2);
      assertThat(memory.range(OFFSET, LENGTH)).isEqualTo(data);
      assertThat(memory.copied).isEqualTo(LENGTH);
      assertThat(memory.placed).isZero();
      assertThat(memory.digested).isEqualTo(LENGTH);
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.BY_FALLBACK);
      region.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSimulatedNicPlacesIntoADevicesMemoryByItself(boolean helpfulProvider) {
    try (DeviceBench bench = bench(Kind.SIMULATED)) {
      StandInMemory memory = new StandInMemory(64 * 1024, helpfulProvider, helpfulProvider);
      Region region = bench.registry.device(memory);
      byte[] data = read(bench, 1, region);
      assertThat(memory.range(OFFSET, LENGTH)).isEqualTo(data);
      assertThat(memory.placed).isEqualTo(LENGTH);
      assertThat(memory.copied).isZero();
      assertThat(memory.digested).isZero();
      assertThat(bench.upper.command(1).verdicts).containsExactly(DigestVerdict.BY_DEVICE);
      assertThat(bench.count(DdpCounter.SETUP_FAIL_KIND)).isZero();
      region.close();
      assertThat(memory.closed).isTrue();
    }
  }
}
