package io.nvmetcp.loadgen.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A page that needs nothing from anywhere: its style is in it, its drawings are in it. */
public final class Page {
  private static final String STYLE = style();

  private final StringBuilder body = new StringBuilder();
  private final String title;

  /**
   * @param title plain text
   */
  public Page(String title) {
    this.title = title;
  }

  private static String style() {
    try (InputStream css = Page.class.getResourceAsStream("report.css")) {
      if (css == null) {
        throw new IllegalStateException("report.css is missing from the program");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.css cannot be read", e);
    }
  }

  /** Adds markup as it is. */
  @CanIgnoreReturnValue
  public Page add(String markup) {
    body.append(markup).append('\n');
    return this;
  }

  /**
   * Adds a part with a heading.
   *
   * @param heading plain text
   * @param note how to read it, plain text; may be empty
   * @param markup what it shows
   */
  @CanIgnoreReturnValue
  public Page section(String heading, String note, String markup) {
    body.append("<section>\n<h2>").append(Html.text(heading)).append("</h2>\n");
    if (!note.isEmpty()) {
      body.append("<p class=\"note\">").append(Html.text(note)).append("</p>\n");
    }
    body.append(markup).append("</section>\n");
    return this;
  }

  /** A figure with its name. */
  static String card(String value, String name) {
    return "<div class=\"card\"><b>%s</b><span>%s</span></div>\n"
        .formatted(Html.text(value), Html.text(name));
  }

  /** An entry of a legend: {@code colour} is the class of a series. */
  static String key(String colour, String name) {
    return "<span><i class=\"%s\"></i>%s</span>".formatted(colour, Html.text(name));
  }

  /** A legend of such entries. */
  static String legend(String... keys) {
    return "<div class=\"legend\">" + String.join("", keys) + "</div>\n";
  }

  /** The page. */
  public String render() {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        %s</main>
        </body>
        </html>
        """
        .formatted(Html.text(title), STYLE, body);
  }
}
