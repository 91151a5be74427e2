package io.nvmetcp.loadgen.report;

import java.util.Locale;

/**
 * A drawing in SVG: a frame with two axes, and marks in it. Colours are classes, which the page's
 * style resolves for light and dark; {@code s1} to {@code s8} tell series apart.
 */
final class Plot {
  static final double WIDTH = 960;
  private static final double LEFT = 84;
  private static final double RIGHT = 18;
  private static final double TOP = 14;
  private static final double BOTTOM = 34;

  private final double height;
  private final Axis x;
  private final Axis y;
  private final StringBuilder svg = new StringBuilder();

  /**
   * @param height of the whole drawing; it is {@link #WIDTH} wide
   * @param label what it shows, for those who cannot see it
   */
  Plot(double height, Axis x, Axis y, String label) {
    this.height = height;
    this.x = x;
    this.y = y;
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">%n",
            Html.at(WIDTH),
            Html.at(height),
            Html.text(label)));
    grid();
  }

  private void grid() {
    for (double tick : y.ticks()) {
      double at = y(tick);
      svg.append(line("grid", LEFT, at, WIDTH - RIGHT, at));
      text("tick end", LEFT - 8, at + 4, y.unit().name(tick));
    }
    for (double tick : x.ticks()) {
      double at = x(tick);
      svg.append(line("grid", at, TOP, at, height - BOTTOM));
      text("tick middle", at, height - BOTTOM + 18, x.unit().name(tick));
    }
    svg.append(line("axis", LEFT, height - BOTTOM, WIDTH - RIGHT, height - BOTTOM));
  }

  private static String line(String kind, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n",
        kind,
        Html.at(x1),
        Html.at(y1),
        Html.at(x2),
        Html.at(y2));
  }

  private void text(String kind, double at, double base, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>%n",
            kind,
            Html.at(at),
            Html.at(base),
            Html.text(words)));
  }

  /** Where a value of the horizontal axis lies. */
  double x(double value) {
    return LEFT + x.at(value) * (WIDTH - LEFT - RIGHT);
  }

  /** Where a value of the vertical axis lies. */
  double y(double value) {
    return height - BOTTOM - y.at(value) * (height - TOP - BOTTOM);
  }

  /** A line through points, with the area below it if {@code filled}. */
  Plot curve(String series, double[] xs, double[] ys, boolean filled) {
    if (xs.length == 0) {
      return this;
    }
    var path = new StringBuilder();
    for (int i = 0; i < xs.length; i++) {
      path.append(i == 0 ? "M" : "L")
          .append(Html.at(x(xs[i])))
          .append(' ')
          .append(Html.at(y(ys[i])));
    }
    if (filled) {
      String ground = Html.at(height - BOTTOM);
      svg.append("<path class=\"area ")
          .append(series)
          .append("\" d=\"")
          .append(path)
          .append('L')
          .append(Html.at(x(xs[xs.length - 1])))
          .append(' ')
          .append(ground)
          .append('L')
          .append(Html.at(x(xs[0])))
          .append(' ')
          .append(ground)
          .append("Z\"/>\n");
    }
    svg.append("<path class=\"curve ")
        .append(series)
        .append("\" d=\"")
        .append(path)
        .append("\"/>\n");
    return this;
  }

  /** A box from one corner to the other, in values; with words that show when it is pointed at. */
  Plot box(String kind, double x1, double y1, double x2, double y2, String words) {
    double left = Math.min(x(x1), x(x2));
    double top = Math.min(y(y1), y(y2));
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>%n",
            kind,
            Html.at(left),
            Html.at(top),
            Html.at(Math.abs(x(x2) - x(x1))),
            Html.at(Math.abs(y(y2) - y(y1))),
            Html.text(words)));
    return this;
  }

  /** Boxes of one kind in one path, for many: corners as {@code x1, y1, x2, y2} in values. */
  Plot boxes(String kind, double[][] corners) {
    if (corners.length == 0) {
      return this;
    }
    svg.append("<path class=\"").append(kind).append("\" d=\"");
    for (double[] corner : corners) {
      double left = x(corner[0]);
      double top = y(corner[3]);
      svg.append('M')
          .append(Html.at(left))
          .append(' ')
          .append(Html.at(top))
          .append('H')
          .append(Html.at(x(corner[2])))
          .append('V')
          .append(Html.at(y(corner[1])))
          .append('H')
          .append(Html.at(left))
          .append('Z');
    }
    svg.append("\"/>\n");
    return this;
  }

  /** A mark at a moment: a line from top to bottom with words. */
  Plot mark(String kind, double at, String words) {
    svg.append("<g class=\"mark ")
        .append(kind)
        .append("\"><title>")
        .append(Html.text(words))
        .append("</title>")
        .append(line("stroke", x(at), TOP, x(at), height - BOTTOM))
        .append("</g>\n");
    return this;
  }

  /** Words at a place, in values. */
  Plot words(String kind, double at, double value, String words) {
    text(kind, x(at), y(value), words);
    return this;
  }

  /** The drawing. */
  String svg() {
    return svg + "</svg>\n";
  }
}
