package io.nvmetcp.loadgen.report;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run out of a file of JSON, this program's or fio's own.
 *
 * @param name of the file
 * @param version what wrote it
 * @param time when it ran, as it stands there; may be empty
 * @param partial it was cut short
 * @param entries by job and operation, in order
 */
public record RunFile(
    String name, String version, String time, boolean partial, Map<String, Entry> entries) {
  private static final long MOST_BYTES = 256L << 20;
  private static final int KIBI = 1024;

  /**
   * An operation of a job.
   *
   * @param iops I/Os per second
   * @param bytesPerSecond bytes per second
   * @param ios how many
   * @param meanNs mean latency
   * @param maxNs the slowest
   * @param percentiles latency in nanoseconds by percentile
   * @param columnSeconds width of a column of {@code columns}; 0 without them
   * @param columns bytes per second over time
   */
  public record Entry(
      double iops,
      double bytesPerSecond,
      long ios,
      double meanNs,
      double maxNs,
      NavigableMap<Double, Double> percentiles,
      double columnSeconds,
      double[] columns) {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read or is something else; the message names it
   */
  public static RunFile read(Path file) throws IOException {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IOException("it is larger than 256 MiB");
      }
      text = Files.readString(file);
    } catch (IOException e) {
      throw new IOException(file + ": " + FileReason.of(file, e), e);
    }
    try {
      return of(file.getFileName().toString(), json(text));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new IOException(file + ": this is not fio's JSON", e);
    }
  }

  // fio may write lines of text before its JSON.
  private static JsonObject json(String text) {
    int start = text.startsWith("{") ? 0 : text.indexOf("\n{") + 1;
    int end = text.lastIndexOf('}') + 1;
    return new JsonObject(text.substring(start, Math.max(start, end)));
  }

  private static RunFile of(String name, JsonObject json) throws IOException {
    JsonArray jobs = json.getJsonArray("jobs");
    if (jobs == null) {
      throw new IOException(name + ": this is not fio's JSON: it has no jobs");
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < jobs.size(); i++) {
      JsonObject job = jobs.getJsonObject(i);
      for (String operation : List.of("read", "write", "trim")) {
        JsonObject direction = job.getJsonObject(operation, new JsonObject());
        if (direction.getLong("total_ios", 0L) > 0) {
          String key = job.getString("jobname") + " " + operation;
          // Clones have the same name: the second is "name read (2)".
          String unique = key;
          for (int n = 2; entries.containsKey(unique); n++) {
            unique = key + " (" + n + ")";
          }
          entries.put(unique, entry(job, operation, direction));
        }
      }
    }
    JsonObject own = json.getJsonObject("nvmetcp", new JsonObject());
    return new RunFile(
        name,
        json.getString("fio version", ""),
        json.getString("time", ""),
        own.getBoolean("partial", false),
        entries);
  }

  private static Entry entry(JsonObject job, String operation, JsonObject direction) {
    JsonObject whole = direction.getJsonObject("lat_ns", new JsonObject());
    JsonObject service = direction.getJsonObject("clat_ns", new JsonObject());
    // fio has percentiles of the completion latency alone, unless it was told otherwise.
    JsonObject latency = whole.containsKey("percentile") ? whole : service;
    JsonObject own = job.getJsonObject("nvmetcp", new JsonObject());
    JsonObject series = own.getJsonObject("series", new JsonObject());
    double columnSeconds = series.getLong("column_ns", 0L) / 1e9;
    return new Entry(
        direction.getDouble("iops", 0.0),
        direction.containsKey("bw_bytes")
            ? direction.getDouble("bw_bytes")
            : direction.getDouble("bw", 0.0) * KIBI,
        direction.getLong("total_ios"),
        latency.getDouble("mean", 0.0),
        latency.getDouble("max", 0.0),
        percentiles(latency),
        columnSeconds,
        columns(series.getJsonObject(operation), columnSeconds));
  }

  private static NavigableMap<Double, Double> percentiles(JsonObject latency) {
    NavigableMap<Double, Double> percentiles = new TreeMap<>();
    JsonObject json = latency.getJsonObject("percentile", new JsonObject());
    for (String key : json.fieldNames()) {
      try {
        percentiles.put(Double.valueOf(key), json.getDouble(key));
      } catch (NumberFormatException e) {
        throw new DecodeException("percentile " + key, e);
      }
    }
    return percentiles;
  }

  private static double[] columns(@Nullable JsonObject series, double columnSeconds) {
    if (series == null || columnSeconds <= 0) {
      return new double[0];
    }
    JsonArray bytes = series.getJsonArray("bytes", new JsonArray());
    List<Double> rates = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      rates.add(bytes.getLong(i) / columnSeconds);
    }
    return rates.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
