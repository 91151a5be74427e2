package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes captures of synthetic conversations into a folder, and a list of what they hold for {@link
 * CompareDissection}.
 */
public final class WriteConversations {
  /** TCP port of the controllers in all captures. */
  static final int PORT = 4420;

  private static final int[] ALIGNMENTS = {1, 7, 31};

  private final Path dir;
  private final List<Expected> written = new ArrayList<>();
  private PcapFile pcap = new PcapFile();
  private int pdus;
  private int connections;

  private WriteConversations(Path dir) {
    this.dir = dir;
  }

  /** Writes them into the folder that is the only argument. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: WriteConversations DIR");
      System.exit(2);
    }
    new WriteConversations(Files.createDirectories(Path.of(args[0]))).write();
  }

  private void write() throws IOException {
    digests();
    padding(false);
    padding(true);
    add(new Conversation(true, true, 0, 0, 1).terminations().turns(), Cut.RANDOM);
    save("terminate-requests", Digests.CHECKED, 0, 0);
    disorder();
    corrupted("corrupted-header-digest", PduType.C2H_DATA, true);
    corrupted("corrupted-header-digest-of-command", PduType.CAPSULE_CMD, true);
    corrupted("corrupted-data-digest", PduType.C2H_DATA, false);
    corrupted("corrupted-data-digest-of-write", PduType.H2C_DATA, false);
    Expected.save(dir, written);
  }

  private void digests() throws IOException {
    for (int bits = 0; bits < 4; bits++) {
      boolean header = (bits & 1) != 0;
      boolean data = (bits & 2) != 0;
      for (Cut cut : Cut.values()) {
        add(new Conversation(header, data, 0, 0, bits).io().turns(), cut);
        add(new Conversation(header, data, 0, 0, bits).admin().turns(), cut);
      }
      String name = (header ? "header" : "no") + (data ? "-data" : "");
      save("digests-" + name, Digests.CHECKED, 0, 0);
    }
  }

  private void padding(boolean dataDigest) throws IOException {
    for (int alignment : ALIGNMENTS) {
      for (boolean header : new boolean[] {false, true}) {
        add(new Conversation(header, dataDigest, alignment, alignment, 7).io().turns(), Cut.RANDOM);
        add(new Conversation(header, dataDigest, alignment, 0, 8).io().turns(), Cut.PER_PDU);
        add(new Conversation(header, dataDigest, 0, alignment, 9).io().turns(), Cut.JOINED);
      }
    }
    if (dataDigest) {
      save("padding-data-digests", Digests.PADDED, 0, 0);
    } else {
      save("padding", Digests.CHECKED, 0, 0);
    }
  }

  // Each segment of a kind comes late, early, twice, or with bytes that were sent before.
  private void disorder() throws IOException {
    List<Turn> turns = new Conversation(true, true, 0, 0, 3).io().turns();
    PcapFile.Connection connection = connect(turns);
    List<Turn> segments = Cut.ETHERNET.apply(turns, 0);
    for (int i = 0; i < segments.size(); i++) {
      Turn turn = segments.get(i);
      boolean pair = i + 1 < segments.size() && segments.get(i + 1).sender() == turn.sender();
      if (pair && i % 3 == 0) {
        Turn after = segments.get(i + 1);
        connection.sendAt(turn.sender(), turn.bytes().length, after.bytes());
        connection.send(turn.sender(), turn.bytes());
        connection.send(after.sender(), after.bytes());
        i++;
      } else {
        connection.send(turn.sender(), turn.bytes());
        connection.sendAt(turn.sender(), -turn.bytes().length, turn.bytes());
      }
    }
    connection.close();
    save("out-of-order-and-again", Digests.CHECKED, 0, 0);
  }

  private void corrupted(String name, PduType type, boolean header) throws IOException {
    List<Turn> turns = new ArrayList<>(new Conversation(true, true, 0, 0, 5).io().turns());
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      byte[] bytes = turns.get(i).bytes();
      boolean hasData = PduFields.plen(bytes) > type.headerBytes() + PduFields.DIGEST_BYTES;
      if (PduType.byCode(bytes[0]) == type && (header || hasData)) {
        candidates.add(i);
      }
    }
    // The second of its kind: something right stands before and after it.
    int index = candidates.get(1);
    Turn victim = turns.get(index);
    byte[] bytes = victim.bytes().clone();
    int at = header ? type.headerBytes() + 1 : bytes.length - 2;
    bytes[at] ^= 0x10;
    turns.set(index, new Turn(victim.sender(), bytes));
    add(turns, Cut.RANDOM);
    save(name, Digests.CHECKED, header ? 1 : 0, header ? 0 : 1);
  }

  private void add(List<Turn> turns, Cut cut) {
    PcapFile.Connection connection = connect(turns);
    for (Turn segment : cut.apply(Collections.unmodifiableList(turns), connections)) {
      connection.send(segment.sender(), segment.bytes());
    }
    connection.close();
  }

  private PcapFile.Connection connect(List<Turn> turns) {
    pdus += turns.size();
    return pcap.connect(50_000 + connections++, PORT);
  }

  private void save(String name, Digests digests, int badHeaderDigests, int badDataDigests)
      throws IOException {
    Files.write(dir.resolve(name + ".pcap"), pcap.toByteArray());
    written.add(new Expected(name + ".pcap", pdus, digests, badHeaderDigests, badDataDigests));
    pcap = new PcapFile();
    pdus = 0;
    connections = 0;
  }
}
