package io.nvmetcp.e2e.system;

import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.initiator.InitiatorStatistics;
import io.nvmetcp.loadgen.report.Html;
import io.nvmetcp.loadgen.report.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The cells that were run, one line each: printed, and saved as JSON and as a page. */
final class MatrixTable {
  private static final String HEADING = "policy            device      down  dg transport blk q";

  /** A column: its name, what it tells, and where it comes from. */
  private record Column(
      String name, String meaning, java.util.function.ToLongFunction<MatrixRun> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("moved", "answers of 100 that moved", MatrixTable::moved),
          new Column("far", "places that one moved at most", run -> run.target().maxDisplacement()),
          column("placed", "data PDUs placed", DdpCounter.DDP_PDUS),
          column("copied", "data PDUs copied", DdpCounter.COPIED_PDUS),
          column("dev", "digests checked by the device", DdpCounter.DIGEST_BY_DEVICE),
          column("plc", "digests checked while placing", DdpCounter.DIGEST_IN_PLACEMENT),
          column("fall", "digests checked in a pass of its own", DdpCounter.DIGEST_BY_FALLBACK),
          column(
              "early",
              "mappings torn down before the response",
              DdpCounter.TEARDOWN_BEFORE_RESPONSE),
          column("late", "mappings torn down after it", DdpCounter.TEARDOWN_AFTER_RESPONSE));

  private final List<MatrixRun> runs = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();

  private static Column column(String name, String meaning, DdpCounter counter) {
    return new Column(name, meaning, run -> run.host().offload(counter));
  }

  private static long moved(MatrixRun run) {
    InitiatorStatistics host = run.host();
    return Math.round(100.0 * (host.completed() - host.displaced(0)) / host.completed());
  }

  /** Adds a cell; it is right unless {@link #failed} says otherwise. */
  void add(MatrixRun run) {
    runs.add(run);
  }

  void failed(MatrixCell cell, Throwable cause) {
    failures.add(cell + ": " + String.valueOf(cause.getMessage()).replaceAll("\\s+", " "));
  }

  String text() {
    var text = new StringBuilder(HEADING);
    for (Column column : COLUMNS) {
      text.append(String.format(Locale.ROOT, " %6s", column.name()));
    }
    text.append('\n');
    for (MatrixRun run : runs) {
      text.append(run.cell());
      for (Column column : COLUMNS) {
        text.append(String.format(Locale.ROOT, " %6d", column.value().applyAsLong(run)));
      }
      text.append('\n');
    }
    return text.append(summary()).append('\n').toString();
  }

  private String summary() {
    return runs.size() + " cells, " + failures.size() + " wrong";
  }

  /** Writes {@code matrix.json} and {@code matrix.html}. */
  void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("matrix.json"), json().encodePrettily());
    Files.writeString(folder.resolve("matrix.html"), page());
  }

  private JsonObject json() {
    var cells = new JsonArray();
    for (MatrixRun run : runs) {
      MatrixCell cell = run.cell();
      var json =
          new JsonObject()
              .put("policy", cell.policy())
              .put("device", cell.device())
              .put("teardown", cell.teardown().name().toLowerCase(Locale.ROOT))
              .put("header_digest", cell.hdgst())
              .put("data_digest", cell.ddgst())
              .put("transport", cell.transport().name().toLowerCase(Locale.ROOT))
              .put("block_bytes", cell.blockBytes())
              .put("queues", cell.queues())
              .put("bytes_read", run.bytesRead());
      for (Column column : COLUMNS) {
        json.put(column.name(), column.value().applyAsLong(run));
      }
      cells.add(json);
    }
    return new JsonObject()
        .put("cells", cells)
        .put("failures", new JsonArray(new ArrayList<>(failures)));
  }

  private String page() {
    var page = new Page("Reorder matrix");
    page.add("<h1>Reorder matrix</h1>")
        .add(
            "<p class=\"verdict %s\">%s</p>"
                .formatted(failures.isEmpty() ? "right" : "wrong", summary()));
    for (String failure : failures) {
      page.add("<p class=\"wrong\"><code>" + Html.text(failure) + "</code></p>");
    }
    var notes = new StringBuilder();
    COLUMNS.forEach(c -> notes.append(c.name()).append(": ").append(c.meaning()).append(". "));
    var table = new StringBuilder("<div class=\"scroll\"><table class=\"dense\">\n<tr>");
    for (String name :
        List.of("policy", "device", "teardown", "digests", "transport", "block", "queues")) {
      table.append("<th>").append(name).append("</th>");
    }
    COLUMNS.forEach(c -> table.append("<th>").append(c.name()).append("</th>"));
    table.append("</tr>\n");
    for (MatrixRun run : runs) {
      MatrixCell cell = run.cell();
      table.append("<tr>");
      for (Object value :
          List.of(
              cell.policy(),
              cell.device(),
              cell.teardown().name().toLowerCase(Locale.ROOT),
              cell.digests(),
              cell.transport().name().toLowerCase(Locale.ROOT),
              cell.blockBytes(),
              cell.queues())) {
        table.append("<td>").append(Html.text(value.toString())).append("</td>");
      }
      for (Column column : COLUMNS) {
        long value = column.value().applyAsLong(run);
        table.append("<td>").append(value == 0 ? "\u00B7" : Long.toString(value)).append("</td>");
      }
      table.append("</tr>\n");
    }
    return page.section("Cells", notes.toString(), table + "</table></div>\n").render();
  }
}
