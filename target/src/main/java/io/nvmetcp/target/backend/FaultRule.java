package io.nvmetcp.target.backend;

import io.nvmetcp.nvme.Status;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which operations of a faulty back end fail, and how. A value. An operation is <em>concerned</em>
 * if it is of one of the kinds and touches one of the blocks; of those that are, rate, script and
 * times choose.
 *
 * @param kinds kinds of operation; none means all
 * @param firstBlock first logical block; a flush has no blocks and is concerned only if all are
 * @param lastBlock last logical block, {@link Long#MAX_VALUE} for all from the first
 * @param status what it fails with, or {@link #SILENCE}
 * @param rate share of the operations that fail, above 0 and up to 1
 * @param seed decides which, if the rate is below 1
 * @param script which of the operations fail, one letter each, {@code x} fails and {@code .}
 *     passes; begins anew at its end; empty if there is none
 * @param times how often the rule strikes, at most; {@link Long#MAX_VALUE} for ever
 */
public record FaultRule(
    Set<IoKind> kinds,
    long firstBlock,
    long lastBlock,
    int status,
    double rate,
    long seed,
    String script,
    long times) {
  /** In place of a status: there is no answer until the back end closes. */
  public static final int SILENCE = -1;

  /** What {@link #parse} takes, for messages and help. */
  public static final String FORMS =
      "KINDS[@FIRST-LAST]:status=SCT/SC[:dnr] or :silence, then any of :rate=P, :seed=N,"
          + " :script=..x, :times=N; KINDS is any or some of read, write, zero, compare,"
          + " compare-and-write, flush with a + between; blocks are logical, SCT/SC as in 2/81";

  private static final long DEFAULT_SEED = 1;
  private static final Pattern BLOCKS = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18})?)?");
  private static final Pattern STATUS = Pattern.compile("([0-7])/([0-9a-f]{1,2})h?");
  private static final Pattern SCRIPT = Pattern.compile("[.x]{1,4096}");

  /** Checks and copies. */
  public FaultRule {
    kinds = Set.copyOf(kinds);
    if (firstBlock < 0 || lastBlock < firstBlock) {
      throw new IllegalArgumentException("blocks " + firstBlock + " to " + lastBlock);
    }
    if (status != SILENCE && Status.isSuccess(status)) {
      throw new IllegalArgumentException("a fault needs a status other than success, or silence");
    }
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate " + rate + " is not above 0 and up to 1");
    }
    if (!script.isEmpty() && !SCRIPT.matcher(script).matches()) {
      throw new IllegalArgumentException("script '" + script + "' is not made of . and x");
    }
    if (times < 1) {
      throw new IllegalArgumentException("times " + times + " is below 1");
    }
  }

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException naming what is wrong and what is accepted
   */
  public static FaultRule parse(String text) {
    try {
      return parsed(text.trim().toLowerCase(Locale.ROOT).split(":", -1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "fault '%s': %s (accepted: %s)".formatted(text, e.getMessage(), FORMS), e);
    }
  }

  private static FaultRule parsed(String[] parts) {
    String[] where = parts[0].split("@", 2);
    long[] blocks = where.length == 2 ? blocks(where[1]) : new long[] {0, Long.MAX_VALUE};
    OptionalInt status = OptionalInt.empty();
    boolean doNotRetry = false;
    double rate = 1;
    long seed = DEFAULT_SEED;
    String script = "";
    long times = Long.MAX_VALUE;
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      String[] pair = part.split("=", 2);
      String value = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "silence" -> status = OptionalInt.of(SILENCE);
        case "status" -> status = OptionalInt.of(status(value));
        case "dnr" -> doNotRetry = true;
        case "rate" -> rate = rate(value);
        case "seed" -> seed = number("seed", value);
        case "script" -> script = value;
        case "times" -> times = number("times", value);
        default -> throw new IllegalArgumentException("'" + part + "' means nothing");
      }
    }
    int outcome =
        status.orElseThrow(
            () -> new IllegalArgumentException("there is neither a status nor silence"));
    if (doNotRetry && outcome != SILENCE) {
      outcome |= Status.DNR;
    }
    return new FaultRule(kinds(where[0]), blocks[0], blocks[1], outcome, rate, seed, script, times);
  }

  private static Set<IoKind> kinds(String text) {
    Set<IoKind> kinds = EnumSet.noneOf(IoKind.class);
    if (text.equals("any")) {
      return kinds;
    }
    for (String name : text.split("\\+", -1)) {
      kinds.add(
          Arrays.stream(IoKind.values())
              .filter(kind -> name(kind).equals(name))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalArgumentException("'" + name + "' is no kind of operation")));
    }
    return kinds;
  }

  private static String name(IoKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static long[] blocks(String text) {
    Matcher matcher = BLOCKS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no range of blocks");
    }
    long first = Long.parseLong(matcher.group(1));
    String last = matcher.group(2);
    boolean open = text.endsWith("-");
    return new long[] {
      first, last == null ? (open ? Long.MAX_VALUE : first) : Long.parseLong(last)
    };
  }

  private static int status(String text) {
    Matcher matcher = STATUS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no status: write it as in 2/81");
    }
    return Integer.parseInt(matcher.group(1)) << 8 | Integer.parseInt(matcher.group(2), 16);
  }

  private static double rate(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("rate '" + text + "' is not a number", e);
    }
  }

  private static long number(String what, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + " '" + text + "' is not a number", e);
    }
  }

  /** The rule as {@link #parse} takes it. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        kinds.isEmpty()
            ? "any"
            : kinds.stream().sorted().map(FaultRule::name).collect(Collectors.joining("+")));
    if (!allBlocks()) {
      text.append('@').append(firstBlock);
      if (lastBlock != firstBlock) {
        text.append('-').append(lastBlock == Long.MAX_VALUE ? "" : lastBlock);
      }
    }
    if (status == SILENCE) {
      text.append(":silence");
    } else {
      text.append(":status=%d/%02x".formatted(status >> 8 & 0x7, status & 0xFF));
      text.append(Status.isDoNotRetry(status) ? ":dnr" : "");
    }
    if (rate < 1) {
      text.append(":rate=").append(rate).append(":seed=").append(seed);
    }
    text.append(script.isEmpty() ? "" : ":script=" + script);
    return text.append(times == Long.MAX_VALUE ? "" : ":times=" + times).toString();
  }

  private boolean allBlocks() {
    return firstBlock == 0 && lastBlock == Long.MAX_VALUE;
  }

  /** True if the rule speaks of such operations; a length of 0 stands for no range. */
  boolean concerns(IoKind kind, long offsetBytes, long lengthBytes, int blockBytes) {
    if (!kinds.isEmpty() && !kinds.contains(kind)) {
      return false;
    }
    if (lengthBytes == 0) {
      return allBlocks();
    }
    return offsetBytes / blockBytes <= lastBlock
        && (offsetBytes + lengthBytes - 1) / blockBytes >= firstBlock;
  }
}
