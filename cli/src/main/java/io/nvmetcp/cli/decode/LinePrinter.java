package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.Role;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Prints a recording, a line per PDU, and counts. */
public final class LinePrinter implements DecodeListener {
  private final PrintWriter out;
  private final Set<Integer> introduced = new HashSet<>();
  private long pdus;
  private long problems;

  /**
   * @param out gets the lines; flushed by the caller
   */
  public LinePrinter(PrintWriter out) {
    this.out = out;
  }

  /** PDUs printed. */
  public long pdus() {
    return pdus;
  }

  /** Problems printed. */
  public long problems() {
    return problems;
  }

  @Override
  public void pdu(DecodedPdu pdu) {
    pdus++;
    print(pdu.place(), pdu.line());
  }

  @Override
  public void problem(Place place, @Nullable FatalStatus status, String reason) {
    problems++;
    print(place, "BAD: " + reason);
  }

  @Override
  public void note(Place place, String text) {
    print(place, "(" + text + ")");
  }

  private void print(Place place, String text) {
    String title = "";
    if (place.connection() > 0) {
      title = "[%d] ".formatted(place.connection());
      if (introduced.add(place.connection())) {
        out.println(title + ends(place));
      }
    }
    Role sender = place.sender();
    String direction = sender == null ? "???" : sender == Role.HOST ? "H>C" : "C>H";
    out.printf("%s%s %8d  %s%n", title, direction, place.offset(), text);
  }

  private static String ends(Place place) {
    int arrow = place.flow().indexOf('>');
    String source = place.flow().substring(0, arrow);
    String destination = place.flow().substring(arrow + 1);
    return place.sender() == Role.CONTROLLER
        ? "host %s, controller %s".formatted(destination, source)
        : "host %s, controller %s".formatted(source, destination);
  }
}
