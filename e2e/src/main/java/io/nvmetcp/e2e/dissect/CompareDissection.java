package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.PduType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares {@code nvmetcp decode} with {@code tshark}, PDU by PDU and field by field, and prints a
 * line per capture. Exit code 0 only if they agree in everything, and if every deliberate fault is
 * found by both.
 */
public final class CompareDissection {
  private static final int SHOWN_DIFFERENCES = 10;
  private static final int ALL_TYPES = PduType.values().length;

  private final Set<String> types = new TreeSet<>();
  private int failures;
  private int compared;
  private int alterations;

  private CompareDissection() {}

  /** Arguments: {@code synthetic DIR}, {@code live PORT FILE...} or {@code aligned PORT FILE}. */
  public static void main(String[] args) throws IOException {
    CompareDissection comparison = new CompareDissection();
    if (args.length == 2 && args[0].equals("synthetic")) {
      comparison.synthetic(Path.of(args[1]));
    } else if (args.length >= 3 && args[0].equals("live")) {
      int port = Integer.parseInt(args[1]);
      comparison.heading();
      for (String file : List.of(args).subList(2, args.length)) {
        comparison.live(Path.of(file), port);
      }
      comparison.summary();
    } else if (args.length == 3 && args[0].equals("aligned")) {
      comparison.heading();
      comparison.aligned(Path.of(args[2]), Integer.parseInt(args[1]));
      comparison.summary();
    } else {
      System.err.println(
          "usage: CompareDissection synthetic DIR | live PORT FILE... | aligned PORT FILE");
      System.exit(2);
    }
    System.exit(comparison.failures == 0 ? 0 : 1);
  }

  private void synthetic(Path dir) throws IOException {
    heading();
    for (Expected expected : Expected.load(dir)) {
      synthetic(dir.resolve(expected.file()), expected);
    }
    if (types.size() != ALL_TYPES) {
      fail(List.of("only these types occur: " + types));
    }
    summary();
  }

  private void synthetic(Path capture, Expected expected) throws IOException {
    Digests digests = expected.digests();
    Flows ours = OurDecode.of(capture, WriteConversations.PORT);
    Flows theirs = TsharkDecode.of(capture, WriteConversations.PORT, digests);
    List<String> wrong = check(capture, ours, theirs, digests);
    if (theirs.size() != expected.pdus()) {
      wrong.add("%d PDUs were written".formatted(expected.pdus()));
    }
    expect(wrong, "header digests", expected.badHeaderDigests(), Seen.HDGST_OK, ours, theirs);
    expect(wrong, "data digests", expected.badDataDigests(), Seen.DDGST_OK, ours, theirs);
    selfTest(wrong, ours, theirs, digests);
    boolean control = expected.badHeaderDigests() + expected.badDataDigests() > 0;
    verdict(wrong, control ? "agree: found by both" : "agree");
  }

  private void selfTest(List<String> wrong, Flows ours, Flows theirs, Digests digests) {
    if (wrong.isEmpty()) {
      SelfTest test = SelfTest.of(ours, theirs, digests);
      alterations += test.alterations();
      test.missed().forEach(text -> wrong.add("the comparison does not see: " + text));
    }
  }

  private static void expect(
      List<String> wrong, String what, int expected, String field, Flows ours, Flows theirs) {
    if (ours.bad(field) != expected || theirs.bad(field) != expected) {
      wrong.add(
          "%d bad %s were made, we find %d, tshark %d"
              .formatted(expected, what, ours.bad(field), theirs.bad(field)));
    }
  }

  private void live(Path capture, int port) throws IOException {
    live(capture, OurDecode.of(capture, port), TsharkDecode.of(capture, port, Digests.CHECKED));
  }

  // What tshark saw is held against what was negotiated, too.
  private void aligned(Path capture, int port) throws IOException {
    Flows theirs = TsharkDecode.of(capture, port, Digests.CHECKED);
    live(capture, OurDecode.of(capture, port), theirs);
    List<String> wrong = Alignment.of(theirs);
    if (wrong.isEmpty()) {
      System.out.println("  data aligned both ways as negotiated, several R2Ts of one command");
    } else {
      fail(wrong);
    }
  }

  private void live(Path capture, Flows ours, Flows theirs) {
    List<String> wrong = check(capture, ours, theirs, Digests.CHECKED);
    expect(wrong, "header digests", 0, Seen.HDGST_OK, ours, theirs);
    expect(wrong, "data digests", 0, Seen.DDGST_OK, ours, theirs);
    if (ours.size() == 0) {
      wrong.add("no PDU in it");
    }
    selfTest(wrong, ours, theirs, Digests.CHECKED);
    verdict(wrong, "agree");
  }

  private List<String> check(Path capture, Flows ours, Flows theirs, Digests digests) {
    Comparison comparison = Comparison.of(ours, theirs, digests);
    compared += comparison.compared();
    Set<String> here =
        theirs.pdus().values().stream()
            .flatMap(List::stream)
            .map(pdu -> pdu.fields().getOrDefault(Seen.TYPE, -1L).intValue())
            .map(CompareDissection::typeName)
            .collect(Collectors.toCollection(TreeSet::new));
    types.addAll(here);
    System.out.printf(
        "%-36s %6d %6d %8d %8d  ",
        capture.getFileName(),
        comparison.compared(),
        here.size(),
        theirs.count(Seen.HDGST_OK),
        theirs.count(Seen.DDGST_OK));
    return new ArrayList<>(comparison.differences());
  }

  private static String typeName(int code) {
    PduType type = PduType.byCode(code);
    return type == null ? "?" : type.wireName();
  }

  private void heading() {
    System.out.printf(
        "%-36s %6s %6s %8s %8s  %s%n", "capture", "PDUs", "types", "hdgst", "ddgst", "verdict");
  }

  private void verdict(List<String> wrong, String agreed) {
    System.out.println(wrong.isEmpty() ? agreed : "DIFFER");
    if (!wrong.isEmpty()) {
      fail(wrong);
    }
  }

  private void fail(List<String> wrong) {
    failures++;
    wrong.stream().limit(SHOWN_DIFFERENCES).forEach(text -> System.out.println("    " + text));
    if (wrong.size() > SHOWN_DIFFERENCES) {
      System.out.printf("    and %d more%n", wrong.size() - SHOWN_DIFFERENCES);
    }
  }

  private void summary() {
    System.out.printf(
        "%d PDUs compared, types: %s; %d altered decodes, %s%n",
        compared,
        String.join(" ", types),
        alterations,
        failures == 0 ? "all noticed; no difference" : failures + " captures differ");
  }
}
