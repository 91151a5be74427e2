package io.nvmetcp.e2e.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of Markdown, as its fenced blocks.
 *
 * @param name the file's name
 * @param blocks in the order of the page
 */
record GuidePage(String name, List<Block> blocks) {

  /**
   * A fenced block.
   *
   * @param line where it begins, counted from 1
   * @param kind the first word behind the fence, such as {@code console}
   * @param note the words behind that
   * @param lines what is between the fences
   */
  record Block(int line, String kind, String note, List<String> lines) {
    String text() {
      return String.join("\n", lines);
    }
  }

  static GuidePage read(Path file) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    String fence = "";
    int line = 0;
    int start = 0;
    for (String text : Files.readAllLines(file)) {
      line++;
      if (!text.startsWith("```")) {
        inside.add(text);
      } else if (fence.isEmpty()) {
        fence = text.substring(3).strip();
        if (fence.isEmpty()) {
          throw new AssertionError(file + ":" + line + ": what kind of block is this?");
        }
        start = line;
        inside.clear();
      } else {
        String[] words = fence.split(" ", 2);
        blocks.add(
            new Block(start, words[0], words.length == 2 ? words[1] : "", List.copyOf(inside)));
        fence = "";
      }
    }
    if (!fence.isEmpty()) {
      throw new AssertionError(file + ":" + start + ": the block has no end");
    }
    return new GuidePage(String.valueOf(file.getFileName()), blocks);
  }

  /** Those of a kind. */
  List<Block> blocks(String kind) {
    return blocks.stream().filter(block -> block.kind().equals(kind)).toList();
  }
}
