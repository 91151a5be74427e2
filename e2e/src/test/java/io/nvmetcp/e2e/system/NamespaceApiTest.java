package io.nvmetcp.e2e.system;

import static io.nvmetcp.e2e.system.Pair.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.initiator.BlockRange;
import io.nvmetcp.initiator.Controller;
import io.nvmetcp.initiator.ControllerState;
import io.nvmetcp.initiator.DeviceSpec;
import io.nvmetcp.initiator.InitiatorOptions;
import io.nvmetcp.initiator.IoFlag;
import io.nvmetcp.initiator.Namespace;
import io.nvmetcp.initiator.NvmeException;
import io.nvmetcp.initiator.RawCommand;
import io.nvmetcp.initiator.StreamOptions;
import io.nvmetcp.nvme.FeatureId;
import io.nvmetcp.nvme.Features;
import io.nvmetcp.nvme.IdentifyController;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.NamespaceOptions;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every operation of a namespace against the target, and the bytes that it leaves there. */
@Timeout(60)
class NamespaceApiTest {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 1024;
  // Small, so that nearly everything is cut.
  private static final int MDTS = 32 << 10;

  private final Vertx vertx = Vertx.vertx();
  private Pair pair;

  private Namespace namespace(DeviceSpec device) throws Exception {
    pair =
        new Pair(
            vertx,
            vertx,
            new TargetOptions().setMaxTransferBytes(MDTS),
            new InitiatorOptions().setDataDigest(true).setDevice(device),
            List.of(
                NamespaceOptions.memory(1, (long) BLOCK * BLOCKS),
                NamespaceOptions.memory(2, (long) BLOCK * BLOCKS)));
    return pair.namespace(1);
  }

  private static byte[] random(int blocks, long seed) {
    byte[] bytes = new byte[blocks * BLOCK];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private Region region(int blocks) {
    return pair.initiator().regions().register((long) blocks * BLOCK);
  }

  private static byte[] bytes(Region region) {
    return region.segment().toArray(ValueLayout.JAVA_BYTE);
  }

  private static int failedWith(Future<?> future) {
    return catchThrowableOfType(NvmeException.CommandFailed.class, () -> await(future)).code();
  }

  @AfterEach
  void close() throws Exception {
    pair.close();
    assertThat(pair.initiator().regions().liveRegions()).isZero();
    assertThat(pair.statistics().balanced()).isTrue();
    await(vertx.close());
  }

  @Test
  void everyKindOfBufferOfManyTransfersArrives() throws Exception {
    for (DeviceSpec device :
        List.of(DeviceSpec.NONE, new DeviceSpec(DeviceSpec.Kind.SOCKET, 4096))) {
      Namespace namespace = namespace(device);
      byte[] content = random(100, 1);
      Region region = region(100);
      region.segment().copyFrom(MemorySegment.ofArray(content));
      await(namespace.write(5, region.slice(0, content.length)));
      region.segment().fill((byte) 0);
      await(namespace.read(5, region.slice(0, content.length)));
      assertThat(bytes(region)).isEqualTo(content);
      assertThat(await(namespace.read(5, 100)).getBytes()).isEqualTo(content);

      Region other = region(100);
      await(
          namespace.read(
              5,
              ScatterList.of(
                  other.slice(0, 1000),
                  other.slice(1000, 3 * BLOCK),
                  other.slice(1000 + 3 * BLOCK, 97 * BLOCK - 1000))));
      assertThat(bytes(other)).isEqualTo(content);
      await(namespace.write(500, Buffer.buffer(content), IoFlag.FUA));
      await(namespace.compare(500, other.slice(0, content.length)));
      await(namespace.flush());
      region.close();
      other.close();
      if (device.equals(DeviceSpec.NONE)) {
        pair.close();
      }
    }
  }

  @Test
  void whatTheControllerDoesAloneItDoes() throws Exception {
    Namespace namespace = namespace(DeviceSpec.SOCKET);
    byte[] content = random(BLOCKS, 2);
    await(namespace.write(0, Buffer.buffer(content)));
    await(namespace.verify(new BlockRange(0, BLOCKS)));

    await(namespace.writeZeroes(new BlockRange(3, 200)));
    Arrays.fill(content, 3 * BLOCK, 203 * BLOCK, (byte) 0);
    await(namespace.writeZeroes(new BlockRange(400, 1), IoFlag.DEALLOCATE, IoFlag.FUA));
    Arrays.fill(content, 400 * BLOCK, 401 * BLOCK, (byte) 0);
    await(namespace.deallocate(List.of(new BlockRange(500, 10), new BlockRange(700, 1))));
    Arrays.fill(content, 500 * BLOCK, 510 * BLOCK, (byte) 0);
    Arrays.fill(content, 700 * BLOCK, 701 * BLOCK, (byte) 0);
    // 30 blocks are more than one range of the target has.
    await(namespace.copy(List.of(new BlockRange(900, 30), new BlockRange(0, 2)), 300, IoFlag.FUA));
    System.arraycopy(content, 900 * BLOCK, content, 300 * BLOCK, 30 * BLOCK);
    System.arraycopy(content, 0, content, 330 * BLOCK, 2 * BLOCK);
    await(namespace.compare(0, Buffer.buffer(content)));

    content[BLOCKS * BLOCK - 1]++;
    assertThat(failedWith(namespace.compare(0, Buffer.buffer(content))))
        .isEqualTo(Status.COMPARE_FAILURE);
  }

  @Test
  void aPairThatComparesAndWritesIsOne() throws Exception {
    Namespace namespace = namespace(DeviceSpec.SOCKET);
    Buffer zeros = Buffer.buffer(new byte[BLOCK]);
    List<Buffer> bids = new ArrayList<>();
    List<Future<Void>> ends = new ArrayList<>();
    // Many at a time, of whom the first one wins, and only that.
    for (int i = 0; i < 40; i++) {
      bids.add(Buffer.buffer(random(1, i)));
      ends.add(namespace.compareAndWrite(3, zeros, bids.get(i)));
    }
    await(Future.join(ends).otherwiseEmpty());
    List<Buffer> winners = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      if (ends.get(i).succeeded()) {
        winners.add(bids.get(i));
      } else {
        assertThat(failedWith(ends.get(i))).isEqualTo(Status.COMPARE_FAILURE);
      }
    }
    assertThat(winners).hasSize(1);
    assertThat(await(namespace.read(3, 1))).isEqualTo(winners.getFirst());
  }

  @Test
  void aWholeNamespaceIsCopiedToAnotherAsAStream() throws Exception {
    Namespace from = namespace(DeviceSpec.SOCKET);
    Namespace to = pair.namespace(2);
    byte[] content = random(BLOCKS, 3);
    await(from.write(0, Buffer.buffer(content)));
    StreamOptions options = new StreamOptions().setChunkBytes(100_000).setDepth(3);
    await(from.asReadStream(options).pipeTo(to.asWriteStream(options)));
    assertThat(await(to.read(0, BLOCKS)).getBytes()).isEqualTo(content);
  }

  @Test
  void adminCommandsSayWhatTheTargetIs() throws Exception {
    Namespace namespace = namespace(DeviceSpec.SOCKET);
    Controller controller = pair.controller();
    byte[] identify = await(controller.admin().identifyController());
    assertThat(IdentifyController.model(identify)).isEqualTo("vertx-nvme-tcp");
    assertThat(IdentifyController.serial(identify)).isEqualTo(controller.info().serial());
    byte[] first = await(controller.admin().identifyNamespace(1));
    assertThat(IdentifyNamespace.blocks(first)).isEqualTo(namespace.blocks());
    assertThat(await(controller.admin().smartLog()).availableSparePercent()).isEqualTo(100);
    assertThat(await(controller.admin().firmwareSlotLog()).activeSlot()).isOne();
    assertThat(await(controller.admin().errorLog(1))).isEmpty();
    int dword = await(controller.admin().getFeature(FeatureId.NUMBER_OF_QUEUES)).dword();
    assertThat(Features.NumberOfQueues.decode(dword).submission()).isEqualTo(2);
    assertThat(await(controller.admin().getFeature(FeatureId.HOST_IDENTIFIER)).data())
        .hasSize(16)
        .isNotEqualTo(new byte[16]);
    assertThat(failedWith(controller.admin().getFeature(0x7F))).isEqualTo(Status.INVALID_FIELD);
    assertThat(failedWith(controller.admin().passthrough(new RawCommand(0xC0))))
        .isEqualTo(Status.INVALID_OPCODE);
  }

  @Test
  void rawCommandsMoveDataBothWays() throws Exception {
    Namespace namespace = namespace(DeviceSpec.SOCKET);
    byte[] content = random(2, 4);
    RawCommand write =
        new RawCommand(IoOpcode.WRITE)
            .setNamespaceId(namespace.id())
            .setDword(10, 7)
            .setDword(12, 1)
            .setData(Buffer.buffer(content));
    assertThat(await(pair.controller().passthrough(write)).data().length()).isZero();
    RawCommand read =
        new RawCommand(IoOpcode.READ)
            .setNamespaceId(namespace.id())
            .setDword(10, 7)
            .setDword(12, 1)
            .setReceiveBytes(content.length);
    assertThat(await(pair.controller().passthrough(read)).data().getBytes()).isEqualTo(content);
    Region region = region(2);
    RawCommand placed =
        new RawCommand(IoOpcode.READ)
            .setNamespaceId(namespace.id())
            .setDword(10, 7)
            .setDword(12, 1)
            .setBuffer(region.slice(0, content.length));
    assertThat(await(pair.controller().passthrough(placed)).data().length()).isZero();
    assertThat(bytes(region)).isEqualTo(content);
    region.close();
    RawCommand beyond =
        new RawCommand(IoOpcode.READ)
            .setNamespaceId(namespace.id())
            .setDword(10, BLOCKS)
            .setReceiveBytes(BLOCK);
    assertThat(failedWith(pair.controller().passthrough(beyond)))
        .isEqualTo(Status.LBA_OUT_OF_RANGE);
  }

  @Test
  void aControllerSaysWhereItsLifeStands() throws Exception {
    Namespace namespace = namespace(DeviceSpec.SOCKET);
    assertThat(pair.controller().state()).isEqualTo(ControllerState.LIVE);
    assertThat(await(pair.controller().rescan())).hasSize(2).contains(namespace);
    await(pair.controller().close());
    assertThat(pair.controller().state()).isEqualTo(ControllerState.ENDED);
    assertThat(catchThrowableOfType(NvmeException.class, () -> await(namespace.read(0, 1))))
        .isInstanceOf(NvmeException.NeverSent.class)
        .hasMessage("the controller is closed");
  }
}
