package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.session.HostSide;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data of writes is read from the socket to its place, and it is the right one. */
@Timeout(60)
class PlacedWritesTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:placed";
  private static final int BLOCK = 4096;
  private static final int PAGE = 128 * 1024;
  private static final int SIZE_BYTES = 4 << 20;
  private static final long SEED = 17;

  @TempDir private Path folder;

  private static <T> T await(Future<T> future) throws Exception {
    return future.await(30, TimeUnit.SECONDS);
  }

  private static Transport transport(String name) {
    Transport transport =
        switch (name) {
          case "epoll" -> Transport.EPOLL;
          case "io_uring" -> Transport.IO_URING;
          default -> Transport.NIO;
        };
    assumeTrue(transport != null && transport.available(), name + " does not load here");
    return transport;
  }

  /** Writes of a host, a few outstanding at a time, whose bytes leave in pieces of any size. */
  private static final class Writer {
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final byte[] model = new byte[SIZE_BYTES];
    private final Map<Integer, byte[]> outstanding = new HashMap<>();
    private final Map<Integer, Integer> places = new HashMap<>();
    private final HostConnection io;

    Writer(HostConnection io) {
      this.io = io;
    }

    void run(int writes) throws IOException {
      ArrayDeque<HostSide.Pdu> asked = new ArrayDeque<>();
      int begun = 0;
      int done = 0;
      while (done < writes) {
        while (begun < writes && outstanding.size() < 4) {
          begin(begun++ % 64);
        }
        HostSide.Pdu pdu = io.next();
        if (pdu.type() == PduType.R2T) {
          asked.add(pdu);
        } else {
          assertThat(pdu.status()).as(pdu.toString()).isZero();
          done++;
          byte[] bytes = outstanding.remove(pdu.cid());
          System.arraycopy(bytes, 0, model, places.remove(pdu.cid()), bytes.length);
        }
        // Data of several commands is on the way at once.
        if (asked.size() > random.nextInt(3) || begun == writes || asked.size() == 4) {
          while (!asked.isEmpty()) {
            answer(asked.remove());
          }
          send();
        }
      }
    }

    private void begin(int cid) {
      boolean aligned = random.nextBoolean();
      int length = aligned ? PAGE * (1 + random.nextInt(3)) : BLOCK * (1 + random.nextInt(60));
      int step = aligned ? PAGE : BLOCK;
      int offset = step * random.nextInt((SIZE_BYTES - length) / step + 1);
      // Commands that overlap may be executed in any order.
      boolean overlaps =
          places.entrySet().stream()
              .anyMatch(
                  each ->
                      offset < each.getValue() + outstanding.get(each.getKey()).length
                          && each.getValue() < offset + length);
      if (overlaps) {
        begin(cid);
        return;
      }
      outstanding.put(cid, HostSide.pattern(length, random.nextInt()));
      places.put(cid, offset);
      io.host.writeByR2t(cid, offset / BLOCK, length, BLOCK);
    }

    private void answer(HostSide.Pdu r2t) {
      byte[] bytes = outstanding.get(r2t.cid());
      int at = (int) PduFields.r2to(r2t.header());
      int end = at + (int) PduFields.r2tl(r2t.header());
      while (at < end) {
        int step = Math.min(end - at, 4 * (1 + random.nextInt(32 * 1024)));
        byte[] part = Arrays.copyOfRange(bytes, at, at + step);
        io.host.h2cData(r2t.cid(), PduFields.ttag(r2t.header()), at, part, at + step == end);
        at += step;
      }
    }

    private void send() throws IOException {
      byte[] bytes = io.host.take();
      for (int at = 0; at < bytes.length; ) {
        int step = Math.min(bytes.length - at, 1 + random.nextInt(1 << 1 + random.nextInt(18)));
        io.socket.getOutputStream().write(bytes, at, step);
        at += step;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nio, memory, true",
    "epoll, memory, true",
    "epoll, memory, false",
    "io_uring, memory, true",
    "epoll, file, false"
  })
  void areRightWhateverTheSizesAndHoweverTheStreamIsCut(
      String transport, String storage, boolean digests) throws Exception {
    Vertx vertx = Vertx.builder().withTransport(transport(transport)).build();
    try {
      Path file = Files.write(folder.resolve("disk.img"), new byte[SIZE_BYTES]);
      NamespaceOptions namespace =
          storage.equals("file")
              ? NamespaceOptions.file(1, file, false)
              : NamespaceOptions.memory(1, SIZE_BYTES);
      TargetOptions options =
          new TargetOptions()
              .setDigests(digests, digests)
              .setConnections(new ConnectionOptions().setMaxR2tBytes(200 * 1024))
              .addSubsystem(new SubsystemOptions(NQN).addNamespace(namespace));
      NvmeTarget target = await(NvmeTarget.create(vertx, options).start());
      try (HostConnection admin = new HostConnection(target.port(), NQN);
          HostConnection io = new HostConnection(target.port(), NQN)) {
        io.connect(1, admin.enable());
        Writer writer = new Writer(io);
        writer.run(120);
        for (int at = 0; at < SIZE_BYTES; at += 1 << 20) {
          io.host.read(1, at / BLOCK, (1 << 20) / BLOCK, BLOCK);
          assertThat(io.next().data())
              .as("from %d, seed %d", at, SEED)
              .isEqualTo(Arrays.copyOfRange(writer.model, at, at + (1 << 20)));
        }
        TargetStatistics statistics = target.statistics();
        assertThat(statistics.placedBytes() > 0).isEqualTo(!transport.equals("io_uring"));
        assertThat(statistics.lentWrites() > 0).isEqualTo(storage.equals("memory"));
        assertThat(statistics.digestErrors()).isZero();
      }
      await(target.close());
      assertThat(target.statistics().transferBytes()).isZero();
    } finally {
      await(vertx.close());
    }
  }

  @ParameterizedTest
  @CsvSource({"nio", "epoll", "io_uring"})
  void aConnectionThatIsLostInTheMiddleGivesItsMemoryBack(String transport) throws Exception {
    Vertx vertx = Vertx.builder().withTransport(transport(transport)).build();
    try {
      TargetOptions options =
          new TargetOptions()
              .addSubsystem(
                  new SubsystemOptions(NQN).addNamespace(NamespaceOptions.memory(1, SIZE_BYTES)));
      NvmeTarget target = await(NvmeTarget.create(vertx, options).start());
      try (HostConnection admin = new HostConnection(target.port(), NQN)) {
        int cntlid = admin.enable();
        for (int i = 0; i < 8; i++) {
          try (HostConnection io = new HostConnection(target.port(), NQN)) {
            io.connect(1 + i, cntlid);
            io.host.writeByR2t(1, 0, PAGE, BLOCK);
            HostSide.Pdu r2t = io.next();
            assertThat(target.statistics().transferBytes()).isEqualTo(PAGE);
            io.host.h2cData(1, r2t.ttag(), 0, HostSide.pattern(PAGE, i), true);
            io.socket.getOutputStream().write(io.host.take(), 0, 17_000 * i);
            if (i % 2 == 0) {
              // A reset instead of an orderly end.
              io.socket.setSoLinger(true, 0);
            }
          }
          while (target.statistics().transferBytes() > 0) {
            Thread.onSpinWait();
          }
        }
      }
      // Waits until the namespace has everything back that it lent.
      await(target.close());
    } finally {
      await(vertx.close());
    }
  }
}
