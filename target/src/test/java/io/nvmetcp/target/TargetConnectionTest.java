package io.nvmetcp.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.nvmetcp.nvme.Fabrics;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.target.backend.IoCompletion;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.MemoryPieces;
import io.nvmetcp.target.backend.StorageBackend;
import io.nvmetcp.target.backend.TransferBufferPool;
import io.nvmetcp.target.session.HostSide;
import io.nvmetcp.target.subsystem.ControllerLimits;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.Subsystem;
import io.nvmetcp.target.subsystem.SubsystemDirectory;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shell round a session, on channels without sockets. */
class TargetConnectionTest {
  private static final String NQN = "nqn.2024-01.io.nvmetcp:test";
  private static final int BLOCK = 4096;
  private static final byte[] NOTHING = {};

  /** Fails a flush on the session's thread, after its call has returned. */
  private static final class BrokenFlush implements StorageBackend {
    private final MemoryBackend inner = new MemoryBackend(1 << 20);

    @Override
    public long sizeBytes() {
      return inner.sizeBytes();
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public boolean writesAreVolatile() {
      return true;
    }

    @Override
    public void read(
        long offset, int length, MemoryPieces into, Executor thread, IoCompletion completion) {
      inner.read(offset, length, into, thread, completion);
    }

    @Override
    public void write(
        long offset, MemoryPieces from, boolean durable, Executor thread, IoCompletion completion) {
      inner.write(offset, from, durable, thread, completion);
    }

    @Override
    public void flush(Executor thread, IoCompletion completion) {
      thread.execute(
          () -> {
            throw new IllegalStateException("a back end that breaks its contract, on purpose");
          });
    }

    @Override
    public CompletableFuture<Void> close() {
      return inner.close();
    }
  }

  /** A connection from both ends. */
  private final class Link {
    final HostSide host = new HostSide();
    final EmbeddedChannel channel =
        new EmbeddedChannel(
            new TargetConnection(
                "peer", options, SessionOptionsOf.target(options), directory, buffers, set));

    int ttag;

    Link() {
      all.add(this);
    }

    List<String> turn() {
      channel.writeInbound(Unpooled.wrappedBuffer(host.take()));
      channel.runPendingTasks();
      return received();
    }

    List<String> received() {
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        host.receive(bytes, bytes.length);
      }
      for (HostSide.Pdu pdu : host.received) {
        if (pdu.type() == PduType.R2T) {
          ttag = pdu.ttag();
        }
      }
      List<String> text = host.received.stream().map(HostSide.Pdu::toString).toList();
      host.received.clear();
      return text;
    }

    void connect(int qid, int cntlid) {
      host.icReq(true, true, 0);
      assertThat(turn()).containsExactly("ICResp");
      host.connect(1, qid, 31, cntlid, NQN, true);
      assertThat(turn()).containsExactly("resp 1 0");
    }
  }

  private final TargetOptions options =
      new TargetOptions().setMaxConnections(4).setLingerTimeout(Duration.ofMinutes(1));
  private final StorageBackend storage = new BrokenFlush();
  private final SubsystemDirectory directory =
      new SubsystemDirectory(
          List.of(
              Subsystem.nvm(
                  NQN,
                  "SN",
                  "model",
                  ControllerLimits.DEFAULT,
                  List.of(new Namespace(1, new UUID(1, 2), BLOCK, storage)))));
  private final TransferBufferPool buffers = new TransferBufferPool(1 << 24, 1 << 24);
  private final ConnectionSet set =
      new ConnectionSet(options.getMaxConnections(), new CongestionChoice(""));
  private final List<Link> all = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    all.forEach(link -> link.channel.finishAndReleaseAll());
    assertThat(set.statistics(0, 0).connectionsOpen()).isZero();
    assertThat(set.statistics(0, 0).leasesOutstanding()).isZero();
    assertThat(buffers.lentBytes()).isZero();
    buffers.close();
    assertThat(storage.close()).isCompleted();
  }

  private Link admin() {
    Link admin = new Link();
    admin.connect(0, Fabrics.CNTLID_DYNAMIC);
    admin.host.propertySet(2, Fabrics.PROPERTY_CC, 0x460001);
    assertThat(admin.turn()).containsExactly("resp 2 0");
    return admin;
  }

  private Link io(int cntlid) {
    Link io = new Link();
    io.connect(1, cntlid);
    return io;
  }

  @Test
  void drainsIoQueuesFirstAndThenTheAdminQueue() {
    Link admin = admin();
    Link io = io(1);
    io.host.writeByR2t(5, 0, BLOCK, BLOCK);
    assertThat(io.turn()).containsExactly("r2t 5 4096 bytes at 0");
    Future<Void> drained = set.drain();
    io.channel.runPendingTasks();
    // What was begun goes on, and the controller is there as long as it does.
    admin.host.propertyGet(9, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn()).containsExactly("resp 9 0");
    io.host.h2cData(5, io.ttag, 0, new byte[BLOCK], true);
    assertThat(io.turn()).containsExactly("resp 5 0");
    io.host.read(6, 0, 1, BLOCK);
    assertThat(io.turn()).as("nothing new").isEmpty();
    admin.host.propertyGet(10, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn()).containsExactly("resp 10 0");
    assertThat(drained.isComplete()).isFalse();

    // The host has seen the end of the stream and closes.
    assertThat(io.channel.close().isSuccess()).isTrue();
    admin.channel.runPendingTasks();
    admin.host.propertyGet(11, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn()).as("nothing new").isEmpty();
    assertThat(admin.channel.close().isSuccess()).isTrue();
    assertThat(drained.succeeded()).isTrue();
    assertThat(directory.controllerCount()).isZero();
  }

  @Test
  void drainsAnEmptyTargetAtOnce() {
    assertThat(set.drain().succeeded()).isTrue();
  }

  @Test
  void whatFailsInATaskEndsItsConnectionAndNoOther() {
    Link admin = admin();
    Link io = io(1);
    io.host.capsule(HostSide.ioSqe(IoOpcode.FLUSH, 7, 1, 0, 1), NOTHING);
    assertThat(io.turn()).isEmpty();
    assertThat(io.channel.isOpen()).isFalse();
    admin.host.propertyGet(9, Fabrics.PROPERTY_CSTS, false);
    assertThat(admin.turn()).containsExactly("resp 9 0");
  }

  @Test
  void aFaultInWhatWasPutOffIsReportedLikeAnyOther() {
    options.setConnections(new ConnectionOptions().setTurnCommands(1));
    Link admin = admin();
    for (int cid = 10; cid < 13; cid++) {
      admin.host.propertyGet(cid, Fabrics.PROPERTY_CSTS, false);
    }
    admin.host.icReq(false, false, 0);
    List<String> answers = new ArrayList<>(admin.turn());
    for (int i = 0; i < 5; i++) {
      admin.channel.runPendingTasks();
      answers.addAll(admin.received());
    }
    assertThat(answers).containsExactly("resp 10 0", "resp 11 0", "resp 12 0", "term fes 2 fei 0");
    assertThat(admin.channel.isOpen()).as("it lingers").isTrue();
  }

  @Test
  void whatIsNotTakenEndsTheReadingOfItsTurn() {
    options.setConnections(new ConnectionOptions().setTurnCommands(1));
    Link admin = admin();
    admin.host.propertyGet(10, Fabrics.PROPERTY_CSTS, false);
    admin.channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(admin.host.take()));
    assertThat(admin.channel.config().isAutoRead()).isTrue();
    admin.host.propertyGet(11, Fabrics.PROPERTY_CSTS, false);
    admin.channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(admin.host.take()));
    assertThat(admin.channel.config().isAutoRead()).isFalse();
    admin.channel.pipeline().fireChannelReadComplete();
    admin.channel.runPendingTasks();
    assertThat(admin.received()).containsExactly("resp 10 0", "resp 11 0");
    assertThat(admin.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void countsWhatItRefuses() {
    for (int i = 0; i < 6; i++) {
      Link link = new Link();
      assertThat(link.channel.isOpen()).isEqualTo(i < 4);
    }
    assertThat(set.statistics(0, 0).connectionsRefused()).isEqualTo(2);
    assertThat(set.statistics(0, 0).connectionsAccepted()).isEqualTo(4);
  }
}
