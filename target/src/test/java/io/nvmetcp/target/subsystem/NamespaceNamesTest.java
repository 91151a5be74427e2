package io.nvmetcp.target.subsystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespaceNamesTest {
  private static final UUID SOME = new UUID(1, 2);

  /** What hosts have stored must not change from one version to the next: hence the constants. */
  @Test
  void dependOnNothingButSubsystemAndIdentifier() {
    NamespaceNames names = NamespaceNames.derived("nqn.2024-01.io.nvmetcp:disk", 1);
    assertThat(names).isEqualTo(NamespaceNames.derived("nqn.2024-01.io.nvmetcp:disk", 1));
    assertThat(names.uuid()).hasToString("09bc2ec9-6ecd-3778-a422-0cdefd7fcd4b");
    assertThat(names.nguid()).hasValue("b35ce8dd6e968d83c27e3f06e7b64dae");
    assertThat(names.eui64()).hasValue("aa70fcd83a27eafe");
  }

  @Test
  void differFromNamespaceToNamespaceAndFromSubsystemToSubsystem() {
    NamespaceNames one = NamespaceNames.derived("nqn.a", 1);
    for (NamespaceNames other :
        new NamespaceNames[] {
          NamespaceNames.derived("nqn.a", 2), NamespaceNames.derived("nqn.b", 1)
        }) {
      assertThat(other.uuid()).isNotEqualTo(one.uuid());
      assertThat(other.nguid()).isNotEqualTo(one.nguid());
      assertThat(other.eui64()).isNotEqualTo(one.eui64());
    }
  }

  @Test
  void claimNoVendorsNumbers() {
    for (int nsid = 1; nsid <= 100; nsid++) {
      NamespaceNames names = NamespaceNames.derived("nqn.a", nsid);
      byte[] nguid = HexFormat.of().parseHex(names.nguid().orElseThrow());
      byte[] eui64 = HexFormat.of().parseHex(names.eui64().orElseThrow());
      assertThat(nguid[8] & 3).as("locally administered, of one thing").isEqualTo(2);
      assertThat(eui64[0] & 3).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "0000000000000000", "00000000000000001", "00000000000000g1"})
  void refuseWhatIsNoEui64(String digits) {
    assertThatThrownBy(() -> new NamespaceNames(SOME, Optional.empty(), Optional.of(digits)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + digits + "' is not 16 hexadecimal digits");
  }

  @Test
  void areHeldInLowerCase() {
    String digits = "0123456789ABCDEF0123456789abcdef";
    assertThat(new NamespaceNames(SOME, Optional.of(digits), Optional.empty()).nguid())
        .hasValue("0123456789abcdef0123456789abcdef");
  }
}
