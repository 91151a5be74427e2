package io.nvmetcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.target.ListenerOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactAddressTest {

  @ParameterizedTest
  @CsvSource({"0.0.0.0, 127.0.0.1", "::, ::1", "0:0:0:0:0:0:0:0, ::1"})
  void ofAllAddressesIsOneThatWorksHereWithANoteForOthers(String everywhere, String here) {
    ContactAddress contact = ContactAddress.of(new ListenerOptions(everywhere, 4420));
    assertThat(contact.host()).isEqualTo(here);
    assertThat(contact.note().orElseThrow())
        .startsWith(everywhere + " is every address of this machine")
        .contains("--advertise");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "192.0.2.7", "2001:db8::7", "localhost", "storage.example"})
  void isTheListenersOwnIfItIsOne(String host) {
    ContactAddress contact = ContactAddress.of(new ListenerOptions(host, 4420));
    assertThat(contact.host()).isEqualTo(host);
    assertThat(contact.note()).isEmpty();
  }

  @Test
  void isTheOneThatIsAdvertised() {
    ContactAddress contact =
        ContactAddress.of(new ListenerOptions("0.0.0.0", 4420).setAdvertisedAddress("192.0.2.7"));
    assertThat(contact.host()).isEqualTo("192.0.2.7");
    assertThat(contact.note()).isEmpty();
  }
}
