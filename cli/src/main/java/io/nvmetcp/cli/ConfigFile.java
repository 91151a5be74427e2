package io.nvmetcp.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.nvmetcp.target.InvalidOptionsException;
import io.nvmetcp.target.TargetOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
      String text = Files.readString(file);
      if (text.isBlank()) {
        throw new BadConfigException(
            file, List.of("empty; --print-config shows what belongs there"));
      }
      JsonObject json = new JsonObject(text);
      refuseRepeatedNames(file, text);
      return json;
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

  // Of a name that stands twice in an object the last would count, and nobody would know.
  private static void refuseRepeatedNames(Path file, String text) throws BadConfigException {
    try (JsonParser parser = STRICT.createParser(text)) {
      while (parser.nextToken() != null) {
        // The parser looks for them itself.
      }
    } catch (JsonParseException e) {
      JsonLocation where = e.getLocation();
      throw new BadConfigException(
          file,
          List.of(
              "line %d, column %d: %s"
                  .formatted(where.getLineNr(), where.getColumnNr(), e.getOriginalMessage())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
