package io.nvmetcp.initiator.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.nvme.Cns;
import io.nvmetcp.nvme.IdentifyNamespace;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.NamespaceDescriptors;
import io.nvmetcp.nvme.Sqe;
import io.nvmetcp.nvme.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NamespaceScanTest {
  private final List<String> asked = new ArrayList<>();
  private List<List<Long>> pages = List.of(List.of(1L, 5L));
  private int listStatus = Status.SUCCESS;
  private int namespaceStatus = Status.SUCCESS;
  private int descriptorStatus = Status.SUCCESS;
  private byte[] namespace = new byte[Cns.DATA_BYTES];
  private byte[] descriptors = new byte[Cns.DATA_BYTES];

  private Action run(NamespaceScan scan) {
    LittleEndian.put64(namespace, IdentifyNamespace.NSZE, 100);
    LittleEndian.put8(namespace, IdentifyNamespace.LBAF0 + 2, 9);
    int page = 0;
    Action action = scan.start();
    while (action instanceof Action.Command command) {
      int cns = (int) Sqe.cdw(command.sqe(), 0, 10);
      asked.add("%02X of %d".formatted(cns, Sqe.nsid(command.sqe(), 0)));
      action =
          switch (cns) {
            case Cns.ACTIVE_NAMESPACES -> {
              byte[] list = new byte[Cns.DATA_BYTES];
              List<Long> ids = pages.get(page++);
              for (int i = 0; i < ids.size(); i++) {
                LittleEndian.put32(list, i * 4, ids.get(i));
              }
              yield scan.completed(listStatus, list);
            }
            case Cns.NAMESPACE -> scan.completed(namespaceStatus, namespace);
            default -> scan.completed(descriptorStatus, descriptors);
          };
    }
    return action;
  }

  private static Action.Scanned scanned(Action action) {
    assertThat(action).isInstanceOf(Action.Scanned.class);
    return (Action.Scanned) action;
  }

  private static String reason(Action action) {
    assertThat(action).isInstanceOf(Action.Failed.class);
    return ((Action.Failed) action).reason();
  }

  @Test
  void asksOfEachNamespaceWhatItIs() {
    Action.Scanned end = scanned(run(new NamespaceScan(10)));
    assertThat(asked).containsExactly("02 of 0", "00 of 1", "03 of 1", "00 of 5", "03 of 5");
    assertThat(end.namespaces()).extracting(NamespaceFacts::id).containsExactly(1L, 5L);
    assertThat(end.cut()).isFalse();
  }

  @Test
  void whatIsKnownIsNotAskedFor() {
    NamespaceFacts known =
        new NamespaceFacts(5, 7, 512, false, NamespaceIdentity.NONE, NamespaceLimits.NONE);
    Action.Scanned end = scanned(run(new NamespaceScan(10, id -> id == 5 ? known : null)));
    assertThat(asked).containsExactly("02 of 0", "00 of 1", "03 of 1");
    assertThat(end.namespaces()).hasSize(2).contains(known);
  }

  @Test
  void aFullPageIsFollowedByTheNext() {
    List<Long> full = new ArrayList<>();
    for (long id = 1; id <= 1024; id++) {
      full.add(id * 2);
    }
    NamespaceFacts known =
        new NamespaceFacts(1, 7, 512, false, NamespaceIdentity.NONE, NamespaceLimits.NONE);
    pages = List.of(full, List.of());
    Action.Scanned end = scanned(run(new NamespaceScan(5000, id -> known)));
    assertThat(asked).containsExactly("02 of 0", "02 of 2048");
    assertThat(end.namespaces()).hasSize(1024);
    assertThat(end.cut()).isFalse();
  }

  @Test
  void aBoundCutsTheListAndSaysSo() {
    assertThat(scanned(run(new NamespaceScan(1))))
        .satisfies(
            end -> {
              assertThat(end.namespaces()).hasSize(1);
              assertThat(end.cut()).isTrue();
            });
    assertThat(scanned(run(new NamespaceScan(2))).cut()).isFalse();
  }

  @Test
  void aListThatDoesNotAscendIsRefusedRatherThanReadForEver() {
    pages = List.of(List.of(3L, 3L));
    assertThat(reason(run(new NamespaceScan(10))))
        .isEqualTo("step 'descriptors': the namespace list is not ascending");
    List<Long> full = new ArrayList<>();
    for (long id = 1; id <= 1024; id++) {
      full.add(id);
    }
    pages = List.of(full, full);
    NamespaceFacts known =
        new NamespaceFacts(1, 7, 512, false, NamespaceIdentity.NONE, NamespaceLimits.NONE);
    assertThat(reason(run(new NamespaceScan(5000, id -> known))))
        .isEqualTo("step 'namespace list': the namespace list is not ascending");
  }

  @Test
  void aNamespaceThatWentAwayIsLeftOut() {
    namespaceStatus = Status.INVALID_NAMESPACE;
    assertThat(scanned(run(new NamespaceScan(10))).namespaces()).isEmpty();
    namespaceStatus = Status.SUCCESS;
    descriptorStatus = Status.INVALID_NAMESPACE;
    assertThat(scanned(run(new NamespaceScan(10))).namespaces()).isEmpty();
  }

  @Test
  void aNamespaceWhoseNamesCannotBeReadNowIsNotOneWithoutNames() {
    descriptorStatus = Status.INTERNAL_ERROR;
    Action end = run(new NamespaceScan(10));
    assertThat(reason(end)).isEqualTo("step 'descriptors': Internal Error (0/06h)");
    assertThat(((Action.Failed) end).again()).isTrue();
    descriptorStatus = Status.INVALID_FIELD | Status.DNR;
    assertThat(scanned(run(new NamespaceScan(10))).namespaces())
        .extracting(NamespaceFacts::identity)
        .containsOnly(NamespaceIdentity.NONE);
  }

  @Test
  void readsEveryNameOfANamespace() {
    int next = NamespaceDescriptors.putUuid(descriptors, 0, new UUID(1, 2));
    int unused =
        NamespaceDescriptors.put(descriptors, next, NamespaceDescriptors.EUI64, ascending(8));
    System.arraycopy(ascending(16), 0, namespace, IdentifyNamespace.NGUID, 16);
    NamespaceIdentity identity =
        scanned(run(new NamespaceScan(1))).namespaces().getFirst().identity();
    assertThat(identity)
        .isEqualTo(
            new NamespaceIdentity(
                Optional.of(new UUID(1, 2)),
                Optional.of("0102030405060708090a0b0c0d0e0f10"),
                Optional.of("0102030405060708")));
    assertThat(identity.describe()).isEqualTo("UUID 00000000-0000-0001-0000-000000000002");
    assertThat(NamespaceIdentity.NONE.describe()).isEqualTo("no name");
  }

  private static byte[] ascending(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i + 1);
    }
    return bytes;
  }
}
