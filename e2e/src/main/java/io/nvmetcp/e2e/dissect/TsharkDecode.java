package io.nvmetcp.e2e.dissect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** What {@code tshark} makes of a capture, read from its PDML. */
final class TsharkDecode {
  private static final String PROTOCOL = "nvme-tcp";
  private static final Pattern PORTS = Pattern.compile("Src Port: (\\d+), Dst Port: (\\d+)");
  private static final long GOOD = 1;
  private static final long UNVERIFIED = 2;

  /** tshark's names and ours. Fields of commands have several there. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("nvme-tcp.type", Seen.TYPE),
          Map.entry("nvme-tcp.flags", "flags"),
          Map.entry("nvme-tcp.hlen", "hlen"),
          Map.entry("nvme-tcp.pdo", "pdo"),
          Map.entry("nvme-tcp.plen", "plen"),
          Map.entry("nvme-tcp.hdgst", Seen.HDGST),
          Map.entry("nvme-tcp.ddgst", Seen.DDGST),
          Map.entry("nvme-tcp.hdgst.status", Seen.HDGST_OK),
          Map.entry("nvme-tcp.ddgst.status", Seen.DDGST_OK),
          Map.entry("nvme-tcp.icreq.pfv", "pfv"),
          Map.entry("nvme-tcp.icreq.hpda", "hpda"),
          Map.entry("nvme-tcp.icreq.digest", "dgst"),
          Map.entry("nvme-tcp.icreq.maxr2t", "maxr2t"),
          Map.entry("nvme-tcp.icresp.pfv", "pfv"),
          Map.entry("nvme-tcp.icresp.cpda", "cpda"),
          Map.entry("nvme-tcp.icresp.digest", "dgst"),
          Map.entry("nvme-tcp.icresp.maxdata", "maxh2cdata"),
          Map.entry("nvme-tcp.h2ctermreq.fes", "fes"),
          Map.entry("nvme-tcp.c2htermreq.fes", "fes"),
          Map.entry("nvme-tcp.h2ctermreq.phfo", "fei"),
          Map.entry("nvme-tcp.c2htermreq.phfo", "fei"),
          Map.entry("nvme-tcp.h2ctermreq.phd", "fei"),
          Map.entry("nvme-tcp.c2htermreq.phd", "fei"),
          Map.entry("nvme-tcp.h2ctermreq.upfo", "fei"),
          Map.entry("nvme-tcp.c2htermreq.upfo", "fei"),
          Map.entry("nvme-tcp.h2ctermreq.reserved", "fei"),
          Map.entry("nvme-tcp.c2htermreq.reserved", "fei"),
          Map.entry("nvme-tcp.h2ctermreq.data", "header bytes"),
          Map.entry("nvme-tcp.c2htermreq.data", "header bytes"),
          Map.entry("nvme-tcp.cmd.cid", "cid"),
          Map.entry("nvme-tcp.ttag", "ttag"),
          Map.entry("nvme-tcp.data.offset", "datao"),
          Map.entry("nvme-tcp.data.length", "datal"),
          Map.entry("nvme-tcp.r2t.offset", "r2to"),
          Map.entry("nvme-tcp.r2t.length", "r2tl"),
          Map.entry("nvme.fabrics.cmd.opc", "opc"),
          Map.entry("nvme.fabrics.cmd.cid", "cid"),
          Map.entry("nvme.fabrics.cmd.fctype", "fctype"),
          Map.entry("nvme.fabrics.cmd.connect.qid", "qid"),
          Map.entry("nvme.fabrics.cmd.connect.sqsize", "sqsize"),
          Map.entry("nvme.fabrics.cmd.connect.cattr", "cattr"),
          Map.entry("nvme.fabrics.cmd.connect.kato", "kato"),
          Map.entry("nvme.cmd.opc", "opc"),
          Map.entry("nvme.cmd.cid", "cid"),
          Map.entry("nvme.cmd.nsid", "nsid"),
          Map.entry("nvme.cmd.slba", "slba"),
          Map.entry("nvme.cmd.nlb", "nlb"),
          Map.entry("nvme.cqe.cid", "cid"),
          Map.entry("nvme.cqe.sqhd", "sqhd"),
          Map.entry("nvme.cqe.status", "status"));

  private final Flows flows = Flows.empty();
  private String flow = "";
  private String frame = "?";
  private @Nullable Map<String, Long> current;

  private TsharkDecode() {}

  /**
   * Runs tshark over {@code capture}.
   *
   * @throws IOException if it cannot run, fails, or prints something that is no PDML
   */
  static Flows of(Path capture, int port, Digests digests) throws IOException {
    List<String> command =
        List.of(
            "tshark",
            "-n",
            "-r",
            capture.toString(),
            "-T",
            "pdml",
            "-J",
            "nvme nvme-tcp nvme-tcp.h2ctermreq nvme-tcp.c2htermreq",
            "-o",
            "tcp.reassemble_out_of_order:TRUE",
            "-o",
            "nvme-tcp.check_hdgst:TRUE",
            "-o",
            "nvme-tcp.check_ddgst:" + (digests == Digests.CHECKED ? "TRUE" : "FALSE"),
            "-d",
            "tcp.port==%d,nvme-tcp".formatted(port));
    Path errors = Files.createTempFile("tshark", ".err");
    try {
      Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      try (InputStream out = process.getInputStream()) {
        TsharkDecode decode = new TsharkDecode();
        decode.read(out);
        int code = process.waitFor();
        if (code != 0) {
          throw new IOException(
              "tshark exits with %d: %s".formatted(code, Files.readString(errors).strip()));
        }
        return decode.flows;
      } catch (XMLStreamException e) {
        throw new IOException(
            "no PDML from tshark: %s: %s".formatted(e.getMessage(), Files.readString(errors)), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        process.destroy();
      }
    } finally {
      Files.delete(errors);
    }
  }

  private void read(InputStream pdml) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader in = factory.createXMLStreamReader(pdml);
    Deque<String> elements = new ArrayDeque<>();
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          elements.push(in.getLocalName());
          element(in);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (elements.pop().equals("packet")) {
            finish();
          }
        }
        default -> {}
      }
    }
  }

  private void element(XMLStreamReader in) {
    String name = attribute(in, "name");
    if (in.getLocalName().equals("proto")) {
      protocol(name, attribute(in, "showname"));
    } else if (name.equals("num")) {
      frame = attribute(in, "show");
    } else {
      field(name, in);
    }
  }

  private void protocol(String name, String description) {
    if (name.equals("tcp")) {
      Matcher ports = PORTS.matcher(description);
      if (ports.find()) {
        flow = ports.group(1) + ">" + ports.group(2);
      }
    } else if (name.equals(PROTOCOL)) {
      finish();
      current = new LinkedHashMap<>();
    } else if (name.startsWith("_ws.malformed")) {
      flows.complaints().add("frame %s: %s".formatted(frame, description));
    }
  }

  private void field(String tsharkName, XMLStreamReader in) {
    Map<String, Long> fields = current;
    String name = NAMES.get(tsharkName);
    if (tsharkName.startsWith("_ws.malformed")) {
      flows.complaints().add("frame %s: %s".formatted(frame, attribute(in, "showname")));
    }
    if (fields == null || name == null) {
      return;
    }
    String show = attribute(in, "show");
    long value;
    switch (name) {
      // No number there: the field is as long as the header it shows.
      case "header bytes" -> value = Long.parseLong(attribute(in, "size"));
      // Hexadecimal without a prefix in one of its two places.
      case "opc" -> value = Long.parseLong(attribute(in, "value"), 16);
      // tshark reads a digest as big-endian to print it, and as little-endian to check it.
      case Seen.HDGST, Seen.DDGST ->
          value = Integer.toUnsignedLong(Integer.reverseBytes(Long.decode(show).intValue()));
      case Seen.HDGST_OK, Seen.DDGST_OK -> {
        long status = Long.parseLong(show);
        if (status == UNVERIFIED) {
          return;
        }
        value = status == GOOD ? 1 : 0;
      }
      default -> value = Long.decode(show);
    }
    if (fields.putIfAbsent(name, value) != null) {
      flows.complaints().add("frame %s: %s twice".formatted(frame, tsharkName));
    }
  }

  private void finish() {
    Map<String, Long> fields = current;
    if (fields != null) {
      flows.add(flow, new Seen(fields, false));
      current = null;
    }
  }

  private static String attribute(XMLStreamReader in, String name) {
    String value = in.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
