package io.nvmetcp.cli;

import io.nvmetcp.target.InvalidOptionsException;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration file: a JSON object that {@link TargetOptions} takes. */
final class ConfigFile {
  private static final Pattern PLACE = Pattern.compile("line: (\\d+), column: (\\d+)");
  private static final int MOST_BYTES = 16 << 20;

  /** A file that cannot be used: each problem a line, which begins with the file's name. */
  static final class BadConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    BadConfigException(Path file, List<String> problems) {
      super(file + ": " + String.join("; ", problems));
      lines = problems.stream().map(problem -> file + ": " + problem).toList();
    }

    List<String> lines() {
      return lines;
    }
  }

  private ConfigFile() {}

  /** Reads a JSON object. */
  static JsonObject read(Path file) throws BadConfigException {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new BadConfigException(file, List.of("larger than 16 MiB"));
      }
      return new JsonObject(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new BadConfigException(file, List.of("no such file"));
    } catch (CharacterCodingException e) {
      throw new BadConfigException(file, List.of("not a text in UTF-8"));
    } catch (IOException e) {
      throw new BadConfigException(file, List.of("cannot be read: " + e.getMessage()));
    } catch (DecodeException e) {
      throw new BadConfigException(file, List.of(explained(String.valueOf(e.getMessage()))));
    }
  }

  // The parser's first line, without its list of all that it would have taken.
  private static String explained(String message) {
    Matcher place = PLACE.matcher(message);
    String reason = message.lines().findFirst().orElse("");
    reason = reason.replaceFirst(": (expected|was expecting) .*", "");
    return (place.find() ? "line " + place.group(1) + ", column " + place.group(2) + ": " : "")
        + (reason.equals("Failed to decode") ? "not a JSON object" : reason);
  }

  /** The options that {@code json} from {@code file} stands for. */
  static TargetOptions options(Path file, JsonObject json) throws BadConfigException {
    try {
      return new TargetOptions(json);
    } catch (InvalidOptionsException e) {
      throw new BadConfigException(file, e.problems());
    }
  }
}
