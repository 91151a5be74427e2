package io.nvmetcp.e2e.dissect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a synthetic capture holds.
 *
 * @param file its name
 * @param pdus PDUs that were written, both directions of all connections
 * @param digests how far tshark can check its digests
 * @param badHeaderDigests header digests that were corrupted
 * @param badDataDigests data digests that were corrupted
 */
record Expected(String file, int pdus, Digests digests, int badHeaderDigests, int badDataDigests) {
  private static final String LIST = "conversations.txt";

  static void save(Path dir, List<Expected> all) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Expected e : all) {
      lines.add(
          "%s %d %s %d %d"
              .formatted(e.file, e.pdus, e.digests, e.badHeaderDigests, e.badDataDigests));
    }
    Files.write(dir.resolve(LIST), lines);
  }

  static List<Expected> load(Path dir) throws IOException {
    List<Expected> all = new ArrayList<>();
    for (String line : Files.readAllLines(dir.resolve(LIST))) {
      String[] words = line.split(" ");
      all.add(
          new Expected(
              words[0],
              Integer.parseInt(words[1]),
              Digests.valueOf(words[2]),
              Integer.parseInt(words[3]),
              Integer.parseInt(words[4])));
    }
    return all;
  }
}
