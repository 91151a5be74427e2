package io.nvmetcp.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.NvmeTarget;
import io.nvmetcp.target.SubsystemOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Linux kernel as host on our target. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LinuxHostInterop {
  private static final String NQN = "nqn.2026-11.io.nvmetcp:interop";
  private static final long SECONDS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private LinuxHost host;
  private NvmeTarget target;

  @BeforeAll
  void boot() throws Exception {
    host = new LinuxHost(Guest.boot(0));
    host.guest().ok("modprobe nvme-tcp");
    host.guest().kernelMessages();
  }

  @AfterAll
  void end() throws Exception {
    if (host != null) {
      host.close();
    }
    vertx.close().await(SECONDS, TimeUnit.SECONDS);
  }

  @AfterEach
  void leaveNothing() throws Exception {
    host.guest().run("nvme disconnect-all; dmesg -c", LIMIT);
    if (target != null) {
      target.close().await(SECONDS, TimeUnit.SECONDS);
      target = null;
    }
  }

  private void serve(TargetOptions options, NamespaceOptions... namespaces) throws Exception {
    SubsystemOptions subsystem = new SubsystemOptions(NQN);
    for (NamespaceOptions namespace : namespaces) {
      subsystem.addNamespace(namespace);
    }
    options.addSubsystem(subsystem).setAdvertisedAddress(Guest.OUTSIDE);
    target = NvmeTarget.create(vertx, options).start().await(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void discoversAndConnectsWithTwoQueues() throws Exception {
    UUID uuid = UUID.fromString("6e766d65-7463-4000-9000-000000000001");
    serve(new TargetOptions(), NamespaceOptions.memory(1, 64 << 20).setUuid(uuid));
    String found =
        host.guest().ok("nvme discover -t tcp -a %s -s %d".formatted(Guest.OUTSIDE, target.port()));
    assertThat(found)
        .contains("subnqn:  " + NQN, "traddr:  " + Guest.OUTSIDE, "trsvcid: " + target.port());
    host.guest()
        .ok("nvme connect-all -t tcp -a %s -s %d -i 2".formatted(Guest.OUTSIDE, target.port()));
    String device = host.device(NQN, 1);
    assertThat(host.guest().ok("blockdev --getsize64 " + device))
        .isEqualTo(Long.toString(64 << 20));
    assertThat(host.guest().ok("cat /sys/block/%s/uuid".formatted(device.substring(5))))
        .isEqualTo(uuid.toString());
    assertThat(
            host.guest()
                .ok(
                    "cat /sys/class/nvme/%s/queue_count"
                        .formatted(host.controller(NQN).substring(5))))
        .isEqualTo("3");
    host.verify(device, 4096, 32, 8);
    host.disconnect(NQN);
    host.requireContent();
  }

  @ParameterizedTest(name = "digests [{0}], flow control off: {1}")
  @CsvSource({
    "'',false",
    "-g,false",
    "-G,false",
    "-g -G,false",
    "'',true",
    "-g,true",
    "-G,true",
    "-g -G,true"
  })
  void readsAndWritesWithDigests(String digests, boolean flowControlOff) throws Exception {
    serve(new TargetOptions(), NamespaceOptions.memory(1, 64 << 20));
    String device =
        host.connect(target.port(), NQN, "-i 2 " + digests + (flowControlOff ? " -d" : ""));
    host.verify(device, 4096, 32, 8);
    host.verify(device, 131072, 8, 8);
    host.verify(device, 1 << 20, 4, 2);
    assertThat(target.statistics().successFlags() > 0).isEqualTo(flowControlOff);
    host.disconnect(NQN);
    host.requireContent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "in-order",
        "reverse:4",
        "shuffle:8:7",
        "small-first",
        "script:3,1,2",
        "interleave:4:16384",
        "hold:5:3",
        "r2t:reverse:4",
        "r2t:shuffle:4:9;queue1=shuffle:8:3;reverse:3"
      })
  void readsAndWritesUnderEveryPolicy(String policy) throws Exception {
    serve(new TargetOptions().setPolicy(policy), NamespaceOptions.memory(1, 64 << 20));
    String device = host.connect(target.port(), NQN, "-i 2 -g -G");
    host.verify(device, 4096, 64, 8);
    host.verify(device, 131072, 8, 8);
    host.disconnect(NQN);
    host.requireContent();
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void carriesAFileSystem(int blockBytes, @TempDir Path folder) throws Exception {
    Path disk = emptyDisk(folder, 64 << 20);
    serve(
        new TargetOptions().setPolicy("shuffle:8:3"),
        NamespaceOptions.file(1, disk, false).setBlockBytes(blockBytes));
    String device = host.connect(target.port(), NQN, "-i 2 -g -G");
    assertThat(host.guest().ok("blockdev --getss " + device))
        .isEqualTo(Integer.toString(blockBytes));
    host.guest()
        .ok(
            """
            /bin/mke2fs -q -t ext4 -b 4096 %1$s && mount -t ext4 %1$s /mnt || exit 1
            i=0
            while [ $i -lt 40 ]; do
              dd if=/dev/urandom of=/mnt/file$i bs=4k count=$((i * 3 + 1)) 2>/dev/null || exit 2
              i=$((i + 1))
            done
            dd if=/dev/urandom of=/mnt/large bs=64k count=64 2>/dev/null && rm /mnt/file7 && sync || exit 3
            (cd /mnt && sha256sum file* large >/tmp/sums) && umount /mnt
            """
                .formatted(device));
    host.disconnect(NQN);
    // A fresh association, so that nothing comes from the guest's memory.
    device = host.connect(target.port(), NQN, "-i 2");
    host.guest()
        .ok(
            """
            mount -t ext4 %1$s /mnt && (cd /mnt && sha256sum -c /tmp/sums >/dev/null) && umount /mnt || exit 1
            /bin/e2fsck -f -n %1$s
            """
                .formatted(device));
    host.disconnect(NQN);
    host.requireContent();
  }

  @Test
  void noticesNamespacesThatComeGrowAndGo() throws Exception {
    serve(new TargetOptions(), NamespaceOptions.memory(1, 16 << 20));
    String first = host.connect(target.port(), NQN, "-i 2");
    await(target.addNamespace(NQN, NamespaceOptions.memory(2, 8 << 20)));
    String second = host.device(NQN, 2);
    assertThat(host.guest().ok("blockdev --getsize64 " + second)).isEqualTo(Long.toString(8 << 20));
    host.verify(second, 131072, 8, 4);
    await(target.resizeNamespace(NQN, 2, 24 << 20));
    host.guest()
        .ok(
            "while [ $(blockdev --getsize64 %s) != %d ]; do usleep 20000; done"
                .formatted(second, 24 << 20));
    // Beyond the old end, with I/O of the neighbour beside it.
    host.verify(second, 131072, 40, 4);
    host.verify(first, 4096, 64, 4);
    await(target.removeNamespace(NQN, 2));
    host.guest()
        .ok("while [ -e /sys/block/%s ]; do usleep 20000; done".formatted(second.substring(5)));
    host.verify(first, 4096, 64, 4);
    host.disconnect(NQN);
    host.requireContent();
  }

  private static void await(Future<?> change) throws Exception {
    change.await(SECONDS, TimeUnit.SECONDS);
  }

  private static Path emptyDisk(Path folder, long bytes) throws IOException {
    Path disk = folder.resolve("disk.img");
    try (var file =
        FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(1), bytes - 1);
    }
    return disk;
  }

  @Test
  void answersNvmeCli() throws Exception {
    serve(new TargetOptions(), NamespaceOptions.memory(1, 64 << 20));
    String device = host.connect(target.port(), NQN, "-i 2");
    String controller = host.controller(NQN);
    Guest guest = host.guest();
    assertThat(guest.ok("nvme list")).contains(device);
    assertThat(guest.ok("nvme id-ctrl " + controller))
        .contains("subnqn    : " + NQN, "cntrltype : 1");
    assertThat(guest.ok("nvme id-ns " + device)).contains("nsze    : 0x4000");
    assertThat(guest.ok("nvme ns-descs " + device)).contains("uuid");
    assertThat(guest.ok("nvme list-ns " + controller)).contains("[   0]:0x1");
    assertThat(guest.ok("nvme smart-log " + controller)).contains("critical_warning");
    guest.ok("nvme error-log -e 1 " + controller);
    guest.ok("nvme fw-log " + controller);
    assertThat(guest.ok("nvme get-feature %s -f 7".formatted(controller)))
        .contains("Current value");
    guest.ok("nvme get-feature %s -f 0xf".formatted(controller));
    guest.ok("nvme get-feature %s -f 0x0b".formatted(controller));
    assertThat(guest.ok("nvme show-regs %s -H".formatted(controller))).contains("(RDY): Yes");
    guest.ok("nvme flush " + device);
    guest.ok("dd if=/dev/urandom of=/tmp/block bs=4096 count=16 2>/dev/null");
    guest.ok(
        "dd if=/tmp/block of=%s bs=4096 seek=8 oflag=direct conv=notrunc 2>/dev/null"
            .formatted(device));
    guest.ok("nvme compare %s -s 8 -c 15 -z 65536 -d /tmp/block".formatted(device));
    guest.ok("printf x | dd of=/tmp/block bs=1 seek=40000 conv=notrunc 2>/dev/null");
    assertThat(
            guest
                .run("nvme compare %s -s 8 -c 15 -z 65536 -d /tmp/block".formatted(device), LIMIT)
                .output())
        .containsIgnoringCase("compare failure");
    guest.ok("nvme write-zeroes %s -s 8 -c 3".formatted(device));
    assertThat(zeros(device, 8, 4)).isTrue();
    assertThat(zeros(device, 12, 4)).isFalse();
    guest.ok("nvme dsm %s -d -s 12 -b 4".formatted(device));
    assertThat(zeros(device, 12, 4)).isTrue();
    host.disconnect(NQN);
    // The compare that was meant to fail is reported by the kernel, too.
    host.requireContent(Pattern.compile("nvme.*: Compare.*"));
  }

  private boolean zeros(String device, int block, int count) throws Exception {
    String read =
        "dd if=%s bs=4096 skip=%d count=%d iflag=direct 2>/dev/null | tr -d '\\0' | wc -c";
    return host.guest().ok(read.formatted(device, block, count)).equals("0");
  }

  @Test
  void losesNothingWhenTheTargetIsKilledUnderIo(@TempDir Path folder) throws Exception {
    Path disk = emptyDisk(folder, 64 << 20);
    try (TargetProcess first = TargetProcess.start(0, disk, NQN)) {
      String device = host.connect(first.port(), NQN, "-i 2 -c 1 -l 120 -k 5");
      Guest guest = host.guest();
      // Each writer counts, in a file of its own, the blocks whose write was acknowledged.
      guest.ok(
          """
          writer() {
            i=0
            while [ ! -e /tmp/stop ] && [ $i -lt 1500 ]; do
              yes "$1 $i" | head -c 4096 >/tmp/block$1
              dd if=/tmp/block$1 of=%s bs=4096 seek=$(($1 * 2000 + i)) oflag=direct conv=notrunc 2>/dev/null || break
              i=$((i + 1))
              echo $i >/tmp/written$1
            done
          }
          rm -f /tmp/stop /tmp/written*
          for w in 0 1 2 3; do writer $w & done >/dev/null 2>&1 </dev/null
          """
              .formatted(device));
      guest.ok(
          "while [ \"$(cat /tmp/written3 2>/dev/null || echo 0)\" -lt 20 ]; do usleep 20000; done");
      first.kill();
      String before = guest.ok("cat /tmp/written?");
      try (TargetProcess second = TargetProcess.start(first.port(), disk, NQN)) {
        // Until every writer got further than where the target died.
        guest.ok(
            """
            set -- %s
            for w in 0 1 2 3; do
              while [ "$(cat /tmp/written$w)" -le $(($1 + 5)) ]; do usleep 50000; done
              shift
            done
            touch /tmp/stop
            while pidof dd >/dev/null; do usleep 20000; done
            """
                .formatted(before.replace('\n', ' ')));
        guest.ok(
            """
            for w in 0 1 2 3; do
              n=$(cat /tmp/written$w)
              i=0
              while [ $i -lt $n ]; do yes "$w $i" | head -c 4096; i=$((i + 1)); done >/tmp/expected
              dd if=%s of=/tmp/found bs=4096 skip=$((w * 2000)) count=$n iflag=direct 2>/dev/null
              cmp /tmp/expected /tmp/found || exit 1
            done
            """
                .formatted(device));
        assertThat(second.port()).isEqualTo(first.port());
        host.disconnect(NQN);
      }
    }
    host.requireContent(
        Pattern.compile(
            "nvme nvme\\d+: (starting error recovery|Reconnecting in 1 seconds\\.\\.\\.)"),
        Pattern.compile(
            "nvme nvme\\d+: (Failed reconnect attempt \\d+|failed to connect socket: -\\d+)"),
        Pattern.compile(
            "nvme nvme\\d+: (Successfully reconnected \\(\\d+ attempts?\\)|failed to send request -\\d+)"),
        Pattern.compile("nvme nvme\\d+: (queue \\d+: )?.*(timeout|failed).*"),
        Pattern.compile("block nvme\\d+n\\d+: no usable path - requeuing I/O"));
  }
}
