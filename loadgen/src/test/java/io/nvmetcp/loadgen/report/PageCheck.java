package io.nvmetcp.loadgen.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.InputSource;

/** What every page must be. */
final class PageCheck {
  private static final Pattern DRAWING = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("NaN|Infinity");

  private PageCheck() {}

  /** No resource from elsewhere, no script, and drawings that are well-formed. */
  static void standsAlone(String page) {
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .doesNotContain("http:", "https:", "src=", "href=", "url(", "@import", "<script");
    Matcher drawings = DRAWING.matcher(page);
    while (drawings.find()) {
      assertThat(NUMBER.matcher(drawings.group()).find()).as("numbers are finite").isFalse();
      try {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        parser.parse(new InputSource(new StringReader(drawings.group())));
      } catch (ParserConfigurationException | java.io.IOException | org.xml.sax.SAXException e) {
        throw new AssertionError("a drawing is not well-formed: " + drawings.group(), e);
      }
    }
  }

  static long drawings(String page) {
    return DRAWING.matcher(page).results().count();
  }
}
