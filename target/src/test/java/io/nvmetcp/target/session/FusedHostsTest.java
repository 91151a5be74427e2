package io.nvmetcp.target.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.IoOpcode;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Sgl;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.target.backend.MemoryBackend;
import io.nvmetcp.target.backend.NullBackend;
import io.nvmetcp.target.subsystem.Namespace;
import io.nvmetcp.target.subsystem.NamespaceNames;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compare-and-Write of several hosts on one namespace: the locks of a cluster file system. */
class FusedHostsTest {
  private static final int NSID = 2;
  private static final String FAILED =
      "resp %d " + Integer.toHexString(Status.COMPARE_FAILURE | Status.DNR);
  private static final String WITH_IT =
      "resp %d " + Integer.toHexString(Status.FAILED_FUSED | Status.DNR);

  private final SessionHarness.World world = new SessionHarness.World(new NullBackend(1 << 20));

  private static void half(SessionHarness io, int opcode, int cid, long slba, byte[] bytes) {
    byte[] sqe = HostSide.ioSqe(opcode, cid, NSID, slba, 1);
    sqe[Sqe.FLAGS] |= (byte) (opcode == IoOpcode.COMPARE ? 1 : 2);
    Sgl.inCapsule(sqe, 0, bytes.length);
    io.host.capsule(sqe, bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void nothingOfAnotherHostComesBetweenTheHalves(int blockBytes) {
    MemoryBackend storage = new MemoryBackend(8L * blockBytes);
    world.subsystem.add(
        new Namespace(NSID, NamespaceNames.derived("nqn", NSID), blockBytes, storage));
    SessionHarness one = new AdminConsole(world).io(1);
    SessionHarness other = new AdminConsole(world).io(1);
    byte[] free = new byte[blockBytes];
    byte[] mine = HostSide.pattern(blockBytes, 1);
    byte[] theirs = HostSide.pattern(blockBytes, 2);

    half(one, IoOpcode.COMPARE, 1, 3, free);
    assertThat(one.turn().transcript()).isEmpty();
    // The neighbour is another lock.
    half(other, IoOpcode.COMPARE, 1, 4, free);
    half(other, IoOpcode.WRITE, 2, 4, theirs);
    assertThat(other.turn().transcript()).containsExactly("resp 1 0", "resp 2 0");
    half(other, IoOpcode.COMPARE, 3, 3, free);
    half(other, IoOpcode.WRITE, 4, 3, theirs);
    assertThat(other.turn().transcript()).containsExactly("resp 3 0", "resp 4 0");
    half(one, IoOpcode.WRITE, 2, 3, mine);
    assertThat(one.turn().transcript()).containsExactly(FAILED.formatted(1), WITH_IT.formatted(2));
    half(one, IoOpcode.COMPARE, 5, 3, theirs);
    half(one, IoOpcode.WRITE, 6, 3, mine);
    assertThat(one.turn().transcript()).containsExactly("resp 5 0", "resp 6 0");

    world.subsystem.remove(NSID);
    storage.close().orTimeout(5, TimeUnit.SECONDS).join();
    world.close();
  }

  @Test
  void halvesForDifferentNamespacesAreNoPair() {
    MemoryBackend storage = new MemoryBackend(1 << 20);
    world.subsystem.add(new Namespace(NSID, NamespaceNames.derived("nqn", NSID), 4096, storage));
    SessionHarness io = new AdminConsole(world).io(1);
    half(io, IoOpcode.COMPARE, 1, 0, new byte[4096]);
    byte[] sqe = HostSide.ioSqe(IoOpcode.WRITE, 2, 1, 0, 1);
    LittleEndian.put32(sqe, Sqe.NSID, 1);
    sqe[Sqe.FLAGS] |= 2;
    Sgl.inCapsule(sqe, 0, 4096);
    io.host.capsule(sqe, new byte[4096]);
    String invalid = Integer.toHexString(Status.INVALID_FIELD | Status.DNR);
    assertThat(io.turn().transcript()).containsExactly("resp 1 " + invalid, "resp 2 " + invalid);
    storage.close().orTimeout(5, TimeUnit.SECONDS).join();
    world.close();
  }
}
