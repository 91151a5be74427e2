package io.nvmetcp.initiator;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.connect.NamespaceFacts;
import io.nvmetcp.initiator.connect.NamespaceIdentity;
import io.nvmetcp.initiator.connect.NamespaceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a controller says of its namespaces is taken over, and the difference is told. */
class NamespaceTableTest extends FakePortTest {
  private final List<ControllerEvent> events = new ArrayList<>();

  private static NamespaceFacts facts(long id, long blocks, int blockBytes, long uuid) {
    return new NamespaceFacts(
        id,
        blocks,
        blockBytes,
        false,
        NamespaceIdentity.of(new UUID(0, uuid)),
        NamespaceLimits.NONE);
  }

  private NamespaceTable table(NamespaceFacts... first) {
    return new NamespaceTable(port, List.of(first), events::add);
  }

  @Test
  void nothingNewIsNoEvent() {
    NamespaceTable table = table(facts(2, 10, 512, 2), facts(1, 10, 512, 1));
    assertThat(table.all()).extracting(Namespace::id).containsExactly(1L, 2L);
    Namespace before = table.all().getFirst();
    table.update(List.of(facts(1, 10, 512, 1), facts(2, 10, 512, 2)));
    assertThat(events).isEmpty();
    assertThat(table.all().getFirst()).isSameAs(before);
  }

  @Test
  void aNamespaceThatGrewKeepsItsObject() {
    NamespaceTable table = table(facts(1, 10, 512, 1));
    Namespace namespace = table.all().getFirst();
    table.update(List.of(facts(1, 20, 512, 1)));
    assertThat(events).containsExactly(new ControllerEvent.NamespaceChanged(namespace, 10));
    assertThat(table.all()).containsExactly(namespace);
    assertThat(namespace.sizeBytes()).isEqualTo(20 * 512);
  }

  @Test
  void namespacesComeAndGo() {
    NamespaceTable table = table(facts(1, 10, 512, 1));
    Namespace gone = table.all().getFirst();
    table.update(List.of(facts(2, 10, 512, 2)));
    Namespace added = table.all().getFirst();
    assertThat(events)
        .containsExactly(
            new ControllerEvent.NamespaceAdded(added), new ControllerEvent.NamespaceRemoved(1));
    assertThat(gone.blocks()).as("no range lies in it any more").isZero();
  }

  @Test
  void anIdentifierThatIsReusedIsAnotherNamespace() {
    NamespaceTable table = table(facts(1, 10, 512, 1));
    Namespace old = table.all().getFirst();
    table.update(List.of(facts(1, 10, 512, 99)));
    Namespace other = table.all().getFirst();
    assertThat(other).isNotSameAs(old);
    table.update(List.of(facts(1, 10, 4096, 99)));
    assertThat(events)
        .containsExactly(
            new ControllerEvent.NamespaceRemoved(1),
            new ControllerEvent.NamespaceAdded(other),
            new ControllerEvent.NamespaceRemoved(1),
            new ControllerEvent.NamespaceAdded(table.all().getFirst()));
    assertThat(old.blocks()).isZero();
    assertThat(table.all().getFirst().blockBytes()).isEqualTo(4096);
  }

  @Test
  void saysWhatIsNotAsItWas() {
    NamespaceTable table =
        table(
            facts(1, 10, 512, 1), facts(2, 10, 512, 2), facts(3, 10, 512, 3), facts(4, 9, 512, 4));
    assertThat(
            table.mismatches(
                List.of(facts(1, 10, 512, 1), facts(2, 20, 512, 2), facts(3, 10, 512, 99))))
        .containsOnlyKeys(2L, 3L, 4L)
        .containsEntry(2L, "after the connection was lost, namespace 2 has 20 blocks, before 10")
        .containsEntry(
            3L,
            "after the connection was lost, namespace 3 is another one: UUID"
                + " 00000000-0000-0000-0000-000000000063 with blocks of 512 bytes, before UUID"
                + " 00000000-0000-0000-0000-000000000003 with 512")
        .containsEntry(4L, "after the connection was lost, namespace 4 is not there any more");
    assertThat(events).isEmpty();
  }
}
