package io.nvmetcp.loadgen.job;

import java.util.ArrayList;
import java.util.List;

/**
 * How large the I/Os of one operation are: one size, a range of multiples of the smallest, or
 * weighted sizes.
 *
 * @param choices sizes with their weights in percent; a range is one choice
 */
public record BlockSizes(List<Choice> choices) {
  /** fio's default. */
  public static final BlockSizes DEFAULT = fixed(4096);

  private static final int MOST_CHOICES = 64;
  private static final int HUNDRED = 100;

  /**
   * A size, or a range of sizes each as likely.
   *
   * @param minBytes the smallest
   * @param maxBytes the largest
   * @param percent how often this choice is made
   */
  public record Choice(int minBytes, int maxBytes, int percent) {}

  /** Always the same size. */
  public static BlockSizes fixed(int bytes) {
    return new BlockSizes(List.of(new Choice(bytes, bytes, HUNDRED)));
  }

  /** The smallest size; I/Os are placed at multiples of it. */
  public int minBytes() {
    return choices.stream().mapToInt(Choice::minBytes).min().orElseThrow();
  }

  /** The largest size. */
  public int maxBytes() {
    return choices.stream().mapToInt(Choice::maxBytes).max().orElseThrow();
  }

  /** True if there is one size only. */
  public boolean isFixed() {
    return minBytes() == maxBytes();
  }

  /** Reads the value of {@code bs}. */
  static BlockSizes parseFixed(String text) {
    return fixed(size(text));
  }

  /** Reads one range of {@code bsrange}. */
  static BlockSizes parseRange(String text) {
    int dash = text.indexOf('-');
    int at = dash < 0 ? text.indexOf(':') : dash;
    if (at < 0) {
      throw new IllegalArgumentException("'" + text + "' is no range: write 4k-64k");
    }
    int one = size(text.substring(0, at));
    int other = size(text.substring(at + 1));
    return new BlockSizes(List.of(new Choice(Math.min(one, other), Math.max(one, other), HUNDRED)));
  }

  /** Reads one split of {@code bssplit}: {@code 4k/10:64k/50:32k/}. */
  static BlockSizes parseSplit(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length > MOST_CHOICES) {
      throw new IllegalArgumentException(
          "%d sizes are more than %d".formatted(parts.length, MOST_CHOICES));
    }
    List<Integer> sizes = new ArrayList<>();
    List<Integer> percents = new ArrayList<>();
    int blanks = 0;
    int sum = 0;
    for (String part : parts) {
      int slash = part.indexOf('/');
      sizes.add(size(slash < 0 ? part : part.substring(0, slash)));
      String percent = slash < 0 ? "" : part.substring(slash + 1).strip();
      if (percent.isEmpty()) {
        blanks++;
        percents.add(-1);
      } else {
        percents.add(Forms.integer(percent, 0, HUNDRED));
        sum += percents.getLast();
      }
    }
    if (sum > HUNDRED || blanks == 0 && sum < HUNDRED) {
      throw new IllegalArgumentException(
          "'%s': the percentages add up to %d, not 100".formatted(text, sum));
    }
    List<Choice> choices = new ArrayList<>();
    int rest = HUNDRED - sum;
    for (int i = 0; i < sizes.size(); i++) {
      int percent = percents.get(i);
      if (percent < 0) {
        // What does not divide evenly goes to the first ones.
        percent = Math.ceilDiv(rest, blanks);
        rest -= percent;
        blanks--;
      }
      if (percent > 0) {
        choices.add(new Choice(sizes.get(i), sizes.get(i), percent));
      }
    }
    return new BlockSizes(List.copyOf(choices));
  }

  private static int size(String text) {
    long bytes = Forms.bytes(text.strip());
    if (bytes < 1 || bytes > 1 << 30) {
      throw new IllegalArgumentException("'" + text + "': an I/O has 1 byte to 1 GiB");
    }
    return (int) bytes;
  }
}
