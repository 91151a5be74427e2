package io.nvmetcp.initiator.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.initiator.discovery.ReferralWalk.Problem;
import io.nvmetcp.initiator.discovery.ReferralWalk.Stop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Referrals are followed once each, to a depth, up to a number, whatever the services say. */
class ReferralWalkTest {
  private static final Stop FIRST = new Stop("first", 8009, 0);

  private static DiscoveryEntry entry(DiscoveryEntry.Kind kind, String address, int port) {
    return new DiscoveryEntry(
        kind,
        "nqn",
        address,
        port,
        1,
        0xFFFF,
        32,
        false,
        DiscoveryEntry.SecureChannel.NOT_SPECIFIED,
        true);
  }

  private static DiscoveryEntry referral(String address, int port) {
    return entry(DiscoveryEntry.Kind.REFERRAL, address, port);
  }

  /** Walks to the end; returns the services that were visited. */
  private static List<String> visit(ReferralWalk walk, Function<Stop, List<DiscoveryEntry>> logs) {
    List<String> visited = new ArrayList<>();
    Optional<Stop> next;
    while ((next = walk.next()).isPresent()) {
      Stop stop = next.get();
      visited.add(stop.host() + ":" + stop.port());
      walk.visited(stop, 1, logs.apply(stop));
    }
    return visited;
  }

  @Test
  void aReferralIsFollowedAndAllEntriesKept() {
    ReferralWalk walk = new ReferralWalk(FIRST, 4, 8, 100, 8009);
    DiscoveryEntry disk = entry(DiscoveryEntry.Kind.SUBSYSTEM, "disk", 4420);
    assertThat(
            visit(
                walk,
                stop -> stop.depth() == 0 ? List.of(referral("second", 0), disk) : List.of(disk)))
        .containsExactly("first:8009", "second:8009");
    assertThat(walk.entries()).containsExactly(referral("second", 0), disk);
    assertThat(walk.problems()).isEmpty();
  }

  @Test
  void aCycleEndsByItself() {
    ReferralWalk walk = new ReferralWalk(FIRST, 16, 100, 100, 8009);
    assertThat(
            visit(
                walk,
                stop -> List.of(referral("FIRST", 8009), referral("b", 1), referral("first", 0))))
        .containsExactly("first:8009", "b:1");
    assertThat(walk.problems()).isEmpty();
  }

  @Test
  void anEndlessChainEndsAtTheDepth() {
    ReferralWalk walk = new ReferralWalk(FIRST, 3, 100, 100, 8009);
    assertThat(visit(walk, stop -> List.of(referral("h" + stop.depth(), 1))))
        .containsExactly("first:8009", "h0:1", "h1:1", "h2:1");
    assertThat(walk.problems())
        .containsExactly(new Problem(new Stop("h3", 1, 4), "not visited: 4 referrals deep"));
  }

  @Test
  void anEndlessFanEndsAtTheNumberOfServices() {
    ReferralWalk walk = new ReferralWalk(FIRST, 16, 5, 10_000, 8009);
    List<DiscoveryEntry> fan = new ArrayList<>();
    for (int port = 1; port <= 1000; port++) {
      fan.add(referral("fan", port));
    }
    assertThat(visit(walk, stop -> fan)).hasSize(5);
    assertThat(walk.problems())
        .containsExactly(
            new Problem(new Stop("fan", 5, 1), "not visited: there are more than 5 services"));
  }

  @Test
  void moreEntriesThanAllowedEndTheWalk() {
    ReferralWalk walk = new ReferralWalk(FIRST, 16, 100, 3, 8009);
    assertThat(
            visit(
                walk,
                stop ->
                    List.of(
                        referral("a", 1),
                        referral("a", 1),
                        referral("b", 1),
                        referral("c", 1),
                        referral("d", 1))))
        .containsExactly("first:8009");
    assertThat(walk.entries()).hasSize(3);
    assertThat(walk.problems())
        .containsExactly(new Problem(FIRST, "there are more than 3 entries"));
  }

  @Test
  void withDepthZeroNoneIsFollowedAndNobodyComplains() {
    ReferralWalk walk = new ReferralWalk(FIRST, 0, 100, 100, 8009);
    assertThat(visit(walk, stop -> List.of(referral("a", 1)))).containsExactly("first:8009");
    assertThat(walk.problems()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsAProblemOfThatServiceAlone() {
    ReferralWalk walk = new ReferralWalk(FIRST, 4, 100, 100, 8009);
    Stop first = walk.next().orElseThrow();
    walk.visited(first, 7, List.of(referral("", 1), referral("a", 1), referral("b", 1)));
    Stop a = walk.next().orElseThrow();
    assertThat(walk.whole()).isTrue();
    assertThat(walk.failed(a, "refused")).isTrue();
    assertThat(walk.whole()).isFalse();
    Stop b = walk.next().orElseThrow();
    assertThat(b).isEqualTo(new Stop("b", 1, 1));
    walk.visited(b, 9, List.of());
    assertThat(walk.generation()).as("of the first").isEqualTo(7);
    assertThat(walk.problems())
        .containsExactly(
            new Problem(FIRST, "a referral names no address"), new Problem(a, "refused"));
  }

  @Test
  void withoutTheFirstServiceThereIsNothing() {
    ReferralWalk walk = new ReferralWalk(FIRST, 4, 100, 100, 8009);
    assertThat(walk.failed(walk.next().orElseThrow(), "refused")).isFalse();
    assertThat(walk.entries()).isEmpty();
    assertThat(walk.next()).isEmpty();
  }

  @Test
  void whatALogSaysAThousandTimesIsOneProblem() {
    ReferralWalk walk = new ReferralWalk(FIRST, 1, 100, 100, 8009);
    List<DiscoveryEntry> blank = Collections.nCopies(1000, referral("", 1));
    List<DiscoveryEntry> deep = Collections.nCopies(1000, referral("deep", 1));
    Stop first = walk.next().orElseThrow();
    walk.visited(first, 1, blank);
    walk.visited(first, 1, List.of(referral("a", 1)));
    walk.visited(walk.next().orElseThrow(), 1, deep);
    assertThat(walk.problems())
        .containsExactly(
            new Problem(FIRST, "a referral names no address"),
            new Problem(new Stop("deep", 1, 2), "not visited: 2 referrals deep"));
  }
}
