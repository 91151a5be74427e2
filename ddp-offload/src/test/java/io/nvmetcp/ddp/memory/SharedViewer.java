package io.nvmetcp.ddp.memory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The other process: maps a file and, for each line that says "look OFFSET LENGTH", prints the
 * CRC32C of what it sees there.
 */
public final class SharedViewer {
  private SharedViewer() {}

  /** Of {@code length} bytes. */
  public static long crc(Region region, long offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(region.segment().asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    return crc.getValue();
  }

  /**
   * @param args the file and how many bytes of it
   */
  public static void main(String[] args) throws IOException {
    Region region = new RegionRegistry().share(Path.of(args[0]), Long.parseLong(args[1]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      System.out.println(crc(region, Long.parseLong(words[1]), Integer.parseInt(words[2])));
    }
    region.close();
  }
}
