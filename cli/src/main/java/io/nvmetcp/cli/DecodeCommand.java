package io.nvmetcp.cli;

import io.nvmetcp.cli.decode.Decoder;
import io.nvmetcp.cli.decode.LinePrinter;
import io.nvmetcp.cli.decode.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nvmetcp decode}: a recorded conversation, a line per PDU. */
@Command(
    name = "decode",
    description = "Prints the PDUs of a pcap or pcapng capture or of a hex dump.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "Each line: [connection] direction, offset in the stream or dump, PDU. Digests are checked.",
      "Hex dumps may be plain or come from xxd, hexdump or od; they hold whole PDUs of either",
      "end, one after the other. After a bad header nothing of its direction is decoded.",
      "Exit code 1 if anything in the input is no NVMe/TCP."
    })
final class DecodeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE|-", description = "The recording; - reads standard input.")
  private String file = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description =
          "Only connections with this TCP port; 0: all that look like NVMe/TCP (default:"
              + " ${DEFAULT-VALUE}).")
  private int port;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out =
        new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
    LinePrinter printer = new LinePrinter(out);
    String name = file.equals("-") ? "standard input" : file;
    try (InputStream in = open()) {
      new Decoder(printer, port).decode(in);
    } catch (MalformedInputException | EOFException e) {
      throw new IOException(name + ": " + e.getMessage(), e);
    } finally {
      out.flush();
    }
    if (printer.pdus() == 0 && printer.problems() == 0) {
      throw new IOException(
          name + ": no NVMe/TCP in it" + (port == 0 ? "" : " on port %d".formatted(port)));
    }
    return printer.problems() == 0 ? 0 : Main.FAILED;
  }

  private InputStream open() throws IOException {
    if (file.equals("-")) {
      return System.in;
    }
    Path path = Path.of(file);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      String reason = Files.exists(path) ? " cannot be read" : " does not exist";
      throw new ParameterException(
          spec.commandLine(), path + (Files.isDirectory(path) ? " is a folder" : reason));
    }
    return Files.newInputStream(path);
  }
}
