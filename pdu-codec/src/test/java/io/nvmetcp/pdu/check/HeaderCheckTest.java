package io.nvmetcp.pdu.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class HeaderCheckTest {

  static List<HeaderRules.Rule> rules() {
    return HeaderRules.all();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void judgesAsTheRuleSays(HeaderRules.Rule rule) {
    byte[] before = rule.header().clone();
    assertThat(judge(rule.header(), rule.limits())).isEqualTo(rule.verdict());
    assertThat(rule.header()).as("judging changes nothing").isEqualTo(before);
  }

  @Test
  void knowsAtLeastAHundredAndTwentyRules() {
    assertThat(rules()).hasSizeGreaterThanOrEqualTo(120);
    assertThat(rules().stream().map(rule -> rule.limits().receiver())).contains(Role.values());
  }

  @Test
  void believesNothingButTheCommonHeaderBeforeTheDigest() {
    long seed = 0xB4D16E57L;
    var random = new Random(seed);
    for (HeaderRules.Rule rule : rules()) {
      byte[] noisy = rule.header().clone();
      byte[] noise = new byte[noisy.length];
      random.nextBytes(noise);
      int kept = PduFields.COMMON_BYTES;
      System.arraycopy(noise, kept, noisy, kept, noisy.length - kept);
      assertThat(verdict(HeaderCheck.shape(noisy, rule.limits())))
          .as("%s, seed %d", rule, seed)
          .isEqualTo(verdict(HeaderCheck.shape(rule.header(), rule.limits())));
    }
  }

  @Test
  void judgesAnythingWithoutAnException() {
    long seed = 0x0DDBA11L;
    var random = new Random(seed);
    List<Limits> limits = rules().stream().map(HeaderRules.Rule::limits).distinct().toList();
    byte[] h = new byte[256];
    for (int round = 0; round < 200_000; round++) {
      random.nextBytes(h);
      h[0] = (byte) (random.nextInt(8) == 0 ? h[0] : random.nextInt(10));
      if (PduType.byCode(h[0]) instanceof PduType type && random.nextBoolean()) {
        h[1] &= 0xF;
        h[2] = (byte) type.headerBytes();
        h[6] = 0;
        h[7] = 0;
      }
      Limits against = limits.get(random.nextInt(limits.size()));
      assertThat(judge(h, against)).as("seed %d round %d", seed, round).isNotEmpty();
    }
  }

  @Test
  void reusesTheAcceptingVerdict() {
    for (HeaderRules.Rule rule : rules()) {
      Verdict verdict = HeaderCheck.shape(rule.header(), rule.limits());
      if (verdict instanceof Verdict.Accepted) {
        assertThat(verdict).isSameAs(Verdict.ACCEPTED);
      }
    }
  }

  @Test
  void givesAReasonForPeople() {
    for (HeaderRules.Rule rule : rules()) {
      String reason =
          switch (HeaderCheck.shape(rule.header(), rule.limits())) {
            case Verdict.Accepted _ -> "accepted";
            case Verdict.Rejected(FatalStatus _, long _, String text) -> text;
            case Verdict.HangUp(String text) -> text;
          };
      assertThat(reason).as(rule.toString()).isNotBlank().doesNotContain("%");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, false, accepted",
    "true, true, true, true, accepted",
    "true, true, false, false, accepted",
    "true, false, true, false, accepted",
    "false, true, true, true, FES 1 @11",
    "true, false, true, true, FES 1 @11",
    "false, false, false, true, FES 1 @11",
  })
  void letsTheControllerDeclineDigestsButNotTurnThemOn(
      boolean askHeader, boolean askData, boolean header, boolean data, String verdict) {
    var request = new IcRequest(0, 0, askHeader, askData, 0);
    var response = new IcResponse(0, 0, header, data, 8192);
    assertThat(verdict(HeaderCheck.answers(response, request))).isEqualTo(verdict);
  }

  private static String judge(byte[] header, Limits limits) {
    Verdict common = HeaderCheck.shape(header, limits);
    PduType type = PduType.byCode(PduFields.type(header));
    if (type == null || !(common instanceof Verdict.Accepted)) {
      return stage("common", verdict(common));
    }
    return stage("own", verdict(HeaderCheck.fields(header, type, limits)));
  }

  private static String stage(String name, String verdict) {
    return verdict.startsWith("FES") ? name + " " + verdict : verdict;
  }

  private static String verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted _ -> "accepted";
      case Verdict.Rejected(FatalStatus fes, long fei, String _) ->
          "FES " + fes.code() + " @" + fei;
      case Verdict.HangUp _ -> "hang up";
    };
  }
}
