package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes a recorded conversation, whatever form it was recorded in. */
public final class Decoder {
  private static final int MAX_CONNECTIONS = 4096;

  private final PrintWriter out;
  private final int port;
  private final Map<String, Connection> connections = new LinkedHashMap<>();
  private long pdus;
  private long problems;

  /**
   * @param out gets a line per PDU
   * @param port only connections with this TCP port, or 0 for all that begin like NVMe/TCP
   */
  public Decoder(PrintWriter out, int port) {
    this.out = out;
    this.port = port;
  }

  /**
   * Reads all of {@code input}: pcap, pcapng, or a hex dump of whole PDUs.
   *
   * @throws IOException if it is neither, or breaks off; what came before is printed
   */
  public void decode(InputStream input) throws IOException {
    BufferedInputStream in = new BufferedInputStream(input, 1 << 16);
    in.mark(8);
    byte[] start = in.readNBytes(4);
    in.reset();
    if (CaptureReader.isCapture(start)) {
      try {
        new CaptureReader(in, this::segment).read();
      } finally {
        connections.values().forEach(Connection::end);
      }
    } else {
      hex(in);
    }
  }

  private void hex(InputStream in) throws IOException {
    byte[] bytes =
        HexDump.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)));
    ConversationDecoder decoder = new ConversationDecoder(out, "");
    decoder.acceptMixed(bytes);
    decoder.end();
    pdus += decoder.pdus();
    problems += decoder.problems();
  }

  private void segment(Segment segment) {
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
    if (connection == null || (segment.syn() && !segment.ack())) {
      if (connection != null) {
        connection.end();
      }
      if (connections.size() >= MAX_CONNECTIONS && connection == null) {
        return;
      }
      connection = new Connection(segment, connections.size() + 1);
      connections.put(key, connection);
    }
    connection.accept(segment);
  }

  /** PDUs printed. */
  public long pdus() {
    return pdus;
  }

  /** Places where the bytes are no NVMe/TCP. */
  public long problems() {
    return problems;
  }

  /** One TCP connection of a capture. */
  private final class Connection {
    private final String first;
    private final ConversationDecoder decoder;
    private final TcpStream fromFirst;
    private final TcpStream fromSecond;
    private @Nullable Role firstRole;
    private boolean foreign;
    private boolean ended;

    Connection(Segment segment, int number) {
      first = segment.source();
      decoder = new ConversationDecoder(out, "[%d] ".formatted(number));
      fromFirst = new TcpStream(bytes -> bytes(true, bytes), problem -> problem(true, problem));
      fromSecond = new TcpStream(bytes -> bytes(false, bytes), problem -> problem(false, problem));
    }

    void accept(Segment segment) {
      (segment.source().equals(first) ? fromFirst : fromSecond).accept(segment);
    }

    private void bytes(boolean byFirst, byte[] bytes) {
      if (foreign) {
        return;
      }
      Role known = firstRole;
      if (known == null) {
        PduType type = PduType.byCode(bytes[0]);
        if (type == null && port == 0) {
          foreign = true;
          return;
        }
        Role sender = type == null ? Role.HOST : type.sender();
        known = byFirst ? sender : sender.peer();
        firstRole = known;
      }
      decoder.accept(byFirst ? known : known.peer(), bytes);
    }

    private void problem(boolean byFirst, String problem) {
      Role known = firstRole;
      if (known != null && !foreign) {
        decoder.bad(byFirst ? known : known.peer(), 0, problem);
      }
    }

    void end() {
      if (ended) {
        return;
      }
      ended = true;
      fromFirst.end();
      fromSecond.end();
      if (!foreign) {
        decoder.end();
        pdus += decoder.pdus();
        problems += decoder.problems();
      }
    }
  }
}
