package io.nvmetcp.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, without the words of Java that picocli has for it. */
final class UsageMessage {
  private static final Pattern NUMBER =
      Pattern.compile("'([^']*)' is not (?:an int|a long)\\b", Pattern.DOTALL);
  private static final Pattern DIGITS = Pattern.compile("[+-]?\\d{9,}");
  private static final Pattern BOOLEAN = Pattern.compile("is not a boolean\\b");
  private static final Pattern UUID =
      Pattern.compile("cannot convert ('[^']*') to UUID .*", Pattern.DOTALL);

  private UsageMessage() {}

  static String of(ParameterException exception) {
    String message = String.valueOf(exception.getMessage());
    if (exception instanceof UnmatchedArgumentException unmatched) {
      String argument = unmatched.getUnmatched().getFirst();
      boolean first = exception.getCommandLine().getParent() == null;
      String what = first ? "unknown command" : "unexpected argument";
      return (argument.startsWith("-") ? "unknown option" : what) + " '" + argument + "'";
    }
    message = BOOLEAN.matcher(message).replaceFirst("is neither true nor false");
    message = UUID.matcher(message).replaceFirst("$1 is no UUID");
    return NUMBER
        .matcher(message)
        .replaceFirst(
            number ->
                Matcher.quoteReplacement("'" + number.group(1) + "' " + reason(number.group(1))));
  }

  private static String reason(String text) {
    return DIGITS.matcher(text).matches() ? "is out of range" : "is no whole number";
  }
}
