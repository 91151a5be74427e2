package io.nvmetcp.cli.decode;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes a recorded conversation, whatever form it was recorded in. */
public final class Decoder {
  private static final int MAX_CONNECTIONS = 4096;
  private static final int PROBE_BYTES = 512;

  private final DecodeListener listener;
  private final int port;
  private final Map<String, Connection> connections = new LinkedHashMap<>();
  private int opened;

  /**
   * @param listener learns what is found
   * @param port only connections with this TCP port, or 0 for all that look like NVMe/TCP
   */
  public Decoder(DecodeListener listener, int port) {
    this.listener = listener;
    this.port = port;
  }

  /**
   * Reads all of {@code input}: pcap, pcapng, or a hex dump of whole PDUs.
   *
   * @throws IOException if it is neither, or breaks off; what came before was reported
   */
  public void decode(InputStream input) throws IOException {
    BufferedInputStream in = new BufferedInputStream(input, 1 << 16);
    in.mark(PROBE_BYTES);
    byte[] start = in.readNBytes(PROBE_BYTES);
    in.reset();
    if (start.length == 0) {
      throw new MalformedInputException("the input is empty");
    }
    if (CaptureReader.isCapture(start)) {
      try {
        new CaptureReader(in, this::segment).read();
      } finally {
        connections.values().forEach(Connection::end);
      }
    } else {
      checkText(start);
      ConversationDecoder decoder = new ConversationDecoder(listener, 0, "", "");
      decoder.acceptMixed(new HexDump().read(in));
      decoder.end();
    }
  }

  private static void checkText(byte[] start) throws MalformedInputException {
    if (start.length > 1 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
      throw new MalformedInputException("compressed; decompress it first (gunzip)");
    }
    for (byte b : start) {
      if ((b < ' ' && b != '\t' && b != '\n' && b != '\r') || b == 0x7F) {
        throw new MalformedInputException("neither a pcap or pcapng capture nor a hex dump");
      }
    }
  }

  private void segment(Segment segment) throws MalformedInputException {
    if (port != 0
        && !segment.source().endsWith(":" + port)
        && !segment.destination().endsWith(":" + port)) {
      return;
    }
    String key =
        segment.source().compareTo(segment.destination()) < 0
            ? segment.source() + " " + segment.destination()
            : segment.destination() + " " + segment.source();
    Connection connection = connections.get(key);
    if (connection == null || connection.isReopenedBy(segment)) {
      if (connection != null) {
        connection.end();
      } else if (connections.size() >= MAX_CONNECTIONS) {
        throw new MalformedInputException(
            "more than %d connections; choose some with --port".formatted(MAX_CONNECTIONS));
      }
      connection = new Connection(listener, segment, ++opened, port);
      connections.put(key, connection);
    }
    connection.accept(segment);
  }
}
