package io.nvmetcp.e2e.sim.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A log that was read is one that its service told meanwhile, whole. */
class ListingsTest {
  private static final String HOST = "nqn.host";

  private final Listings listings = new Listings(2);

  private void tells(@Nullable Set<String> hosts, String... records) {
    Listing listing = new Listing();
    for (String record : records) {
      listing.add(record, hosts);
    }
    listings.tells(1, listing);
  }

  @Test
  void whateverWasToldDuringTheReadingIsRight() {
    tells(null, "a");
    tells(null, "a", "b");
    int mark = listings.mark(1);
    tells(null, "b");
    listings.read(1, mark, HOST, List.of("a", "b"));
    listings.read(1, mark, HOST, List.of("b"));
    assertThat(listings.judged()).isEqualTo(2);
    assertThat(listings.changesSince(1, mark)).isEqualTo(1);
    assertThat(listings.now(1, HOST)).containsExactly("b");
  }

  @Test
  void whatWasToldBeforeTheReadingBeganIsOld() {
    tells(null, "a");
    tells(null, "b");
    assertThatThrownBy(() -> listings.read(1, listings.mark(1), HOST, List.of("a")))
        .isInstanceOf(Violation.class)
        .hasMessageContaining("read of target 1 what it never told meanwhile: [a]");
  }

  @Test
  void halfOfOneAndHalfOfAnotherIsNeither() {
    tells(null, "a", "b");
    int mark = listings.mark(1);
    tells(null, "c", "d");
    assertThatThrownBy(() -> listings.read(1, mark, HOST, List.of("a", "d")))
        .isInstanceOf(Violation.class);
  }

  @Test
  void aHostReadsWhatItMaySeeAndNothingElse() {
    tells(Set.of("nqn.other"), "secret");
    listings.read(1, listings.mark(1), HOST, List.of());
    listings.read(1, listings.mark(1), "nqn.other", List.of("secret"));
    assertThatThrownBy(() -> listings.read(1, listings.mark(1), HOST, List.of("secret")))
        .isInstanceOf(Violation.class);
  }

  @Test
  void aServiceThatNeverRanTellsNothing() {
    assertThat(listings.now(0, HOST)).isEmpty();
    assertThatThrownBy(() -> listings.read(0, listings.mark(0), HOST, List.of()))
        .isInstanceOf(Violation.class);
  }
}
