package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.Role;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a decoder finds. */
final class Found implements DecodeListener {
  final List<DecodedPdu> pdus = new ArrayList<>();
  final List<String> problems = new ArrayList<>();
  final List<String> notes = new ArrayList<>();

  static Found in(byte[] input, int port) throws IOException {
    Found found = new Found();
    new Decoder(found, port).decode(new ByteArrayInputStream(input));
    return found;
  }

  static Found in(byte[] input) throws IOException {
    return in(input, 0);
  }

  /** The types in order, with their senders. */
  String types() {
    var text = new StringBuilder();
    pdus.forEach(pdu -> text.append(pdu.type().wireName()).append(' '));
    return text.toString().strip();
  }

  @Override
  public void pdu(DecodedPdu pdu) {
    pdus.add(pdu);
  }

  @Override
  public void problem(Place place, @Nullable FatalStatus status, String reason) {
    problems.add(end(place) + " " + place.offset() + ": " + reason);
  }

  @Override
  public void note(Place place, String text) {
    notes.add(end(place) + " " + place.offset() + ": " + text);
  }

  private static String end(Place place) {
    Role sender = place.sender();
    return sender == null ? "?" : sender == Role.HOST ? "host" : "controller";
  }
}
