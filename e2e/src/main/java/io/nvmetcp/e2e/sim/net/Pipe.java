package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Agenda;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.kernel.Dice;
import io.nvmetcp.e2e.sim.kernel.Fingerprint;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: bytes go in, travel, and come out in order. A ring of memory holds
 * all that is on the way or was not read yet; there is room for so much and no more, as a socket's
 * buffers have it.
 */
public final class Pipe {
  private static final int FIRST_RING_BYTES = 4096;
  private static final int FIRST_MARKS = 16;
  // So many packets may be as small as the weather has them; the next ones have this size at least.
  // What a connection does with small pieces it has done by then, and large worlds get on.
  private static final int SMALL_PACKETS = 20_000;
  private static final int LATER_BYTES = 4096;

  private final Agenda agenda;
  private final Dice dice;
  private final Fingerprint fingerprint;
  private final int id;
  private final Weather weather;
  private final Runnable receiver;
  private final @Nullable PduWatch watch;
  private final @Nullable PduRewriter rewriter;
  private final Alarm arrival;
  private final CRC32C crc = new CRC32C();
  private byte[] ring = new byte[FIRST_RING_BYTES];
  private MemorySegment memory = MemorySegment.ofArray(ring);
  // Positions in the stream: read <= arrived <= pushed <= written.
  private long written;
  private long pushed;
  private long arrived;
  private long read;
  // Packets on the way: where each ends, and when it arrives.
  private long[] ends = new long[FIRST_MARKS];
  private long[] times = new long[FIRST_MARKS];
  private int firstMark;
  private int marks;
  private int packets;
  private long lastNs;
  private boolean finished;
  private boolean finArrived;
  private boolean frozen;
  private boolean dead;

  /**
   * @param id by which the fingerprint knows it
   * @param receiver told that bytes, or the end, arrived
   * @param watch follows the PDUs as they are sent; needed where the weather asks for it
   * @param rewriter makes another stream of what is sent, or null
   */
  Pipe(
      Agenda agenda,
      Dice dice,
      Fingerprint fingerprint,
      int id,
      Weather weather,
      Runnable receiver,
      @Nullable PduWatch watch,
      @Nullable PduRewriter rewriter) {
    this.agenda = agenda;
    this.dice = dice;
    this.fingerprint = fingerprint;
    this.id = id;
    this.weather = weather;
    this.receiver = receiver;
    this.watch = watch;
    this.rewriter = rewriter;
    arrival = new Alarm(agenda, this::arrive);
  }

  // ---- the sender's side

  /** Bytes that may be written now. */
  int room() {
    return dead || finished ? 0 : (int) (weather.capacityBytes() - (written - read));
  }

  /** Writes bytes; there must be room. They leave with {@link #push}. */
  void write(MemorySegment source, long offset, int length) {
    reserve(length);
    int at = (int) written & ring.length - 1;
    int first = Math.min(length, ring.length - at);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, ring, at, first);
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset + first, ring, 0, length - first);
    written += length;
  }

  /** Writes bytes of an array; there must be room. */
  void write(byte[] source, int offset, int length) {
    reserve(length);
    int at = (int) written & ring.length - 1;
    int first = Math.min(length, ring.length - at);
    System.arraycopy(source, offset, ring, at, first);
    System.arraycopy(source, offset + first, ring, 0, length - first);
    written += length;
  }

  private void reserve(int length) {
    if (length > room()) {
      throw new IllegalStateException(length + " bytes where there is room for " + room());
    }
    grow(length);
  }

  private void grow(int length) {
    int held = (int) (written - read);
    if (held + length <= ring.length) {
      return;
    }
    byte[] larger = new byte[Integer.highestOneBit(held + length - 1) << 1];
    for (long at = read; at < written; ) {
      int from = (int) at & ring.length - 1;
      int to = (int) at & larger.length - 1;
      int step = Math.min((int) (written - at), Math.min(ring.length - from, larger.length - to));
      System.arraycopy(ring, from, larger, to, step);
      at += step;
    }
    ring = larger;
    memory = MemorySegment.ofArray(ring);
  }

  /** What was written leaves now. */
  void push() {
    if (pushed == written || dead) {
      return;
    }
    rewrite();
    long from = pushed;
    pushed = written;
    if (watch != null) {
      watch.look(ring, from, written);
    }
    long at = from;
    while (at < written) {
      at = packetEnd(at);
      mark(at);
    }
  }

  // What is to be sent is not what was written; it may be more than there is room for.
  private void rewrite() {
    PduRewriter told = rewriter;
    if (told == null) {
      return;
    }
    byte[] sent = new byte[(int) (written - pushed)];
    for (int i = 0; i < sent.length; i++) {
      sent[i] = ring[(int) (pushed + i) & ring.length - 1];
    }
    written = pushed;
    int length = told.take(sent, sent.length);
    grow(length);
    byte[] other = told.out();
    for (int i = 0; i < length; i++) {
      ring[(int) (written + i) & ring.length - 1] = other[i];
    }
    written += length;
  }

  /** If lies are told here, the next PDUs are some. */
  void provoke() {
    if (rewriter != null) {
      rewriter.provoke();
    }
  }

  /** What is sent from now on is what was written. */
  void calm() {
    if (rewriter != null) {
      rewriter.calm();
    }
  }

  private long packetEnd(long from) {
    int most = weather.mostBytes();
    if (packets++ >= SMALL_PACKETS) {
      most = Math.max(most, LATER_BYTES);
    }
    return switch (weather.cut()) {
      case WHOLE -> written;
      case PACKETS -> Math.min(written, from + most);
      case RANDOM -> Math.min(written, from + dice.between(1, most));
      case PDUS -> watch == null ? written : watch.end(from, written);
    };
  }

  private void mark(long end) {
    if (marks == ends.length) {
      growMarks();
    }
    int at = firstMark + marks & ends.length - 1;
    long jitterNs = weather.jitterNs() == 0 ? 0 : dice.below(weather.jitterNs());
    lastNs = Math.max(lastNs, agenda.nowNs() + weather.latencyNs() + jitterNs);
    ends[at] = end;
    times[at] = lastNs;
    marks++;
    if (marks == 1 && !frozen) {
      arrival.set(lastNs);
    }
  }

  private void growMarks() {
    int larger = 2 * ends.length;
    long[] newEnds = new long[larger];
    long[] newTimes = new long[larger];
    for (int i = 0; i < marks; i++) {
      int from = firstMark + i & ends.length - 1;
      newEnds[i] = ends[from];
      newTimes[i] = times[from];
    }
    firstMark = 0;
    ends = newEnds;
    times = newTimes;
  }

  /** Nothing follows what was written. */
  void finish() {
    if (!finished && !dead) {
      push();
      finished = true;
      mark(written);
    }
  }

  // ---- on the way

  private void arrive() {
    arrived = ends[firstMark];
    firstMark = firstMark + 1 & ends.length - 1;
    marks--;
    if (marks == 0 && finished) {
      finArrived = true;
    }
    if (marks > 0) {
      arrival.set(times[firstMark]);
    }
    receiver.run();
  }

  /** Nothing arrives until {@link #thaw}; it is not lost. */
  void freeze() {
    frozen = true;
    arrival.cancel();
  }

  /** What was held up arrives. */
  void thaw(long delayNs) {
    if (frozen) {
      frozen = false;
      if (marks > 0) {
        arrival.set(Math.max(times[firstMark], agenda.nowNs() + delayNs));
      }
    }
  }

  /** True if nothing arrives at present. */
  boolean frozen() {
    return frozen;
  }

  /** All that is on the way or was not read is gone, and nothing follows. */
  void kill() {
    dead = true;
    arrival.cancel();
    marks = 0;
    read = written;
    arrived = written;
    pushed = written;
  }

  // ---- the receiver's side

  /** Bytes that can be read now. */
  int available() {
    return (int) (arrived - read);
  }

  /** True if bytes are on their way, or here, that were not read. */
  boolean holds() {
    return written > read;
  }

  /** True if everything was read and nothing follows. */
  boolean ended() {
    return finArrived && read == written;
  }

  /** The memory in which the next bytes lie, from {@link #at}. Another object after a write. */
  MemorySegment memory() {
    return memory;
  }

  /** Where the next byte lies in {@link #memory}. */
  int at() {
    return (int) read & ring.length - 1;
  }

  /** Bytes that can be read now and lie together. */
  int together() {
    return Math.min(available(), ring.length - at());
  }

  /** The next {@code length} bytes, which lie together, were read. */
  void consume(int length) {
    crc.reset();
    crc.update(ring, at(), length);
    fingerprint.add(agenda.nowNs(), id, crc.getValue());
    read += length;
  }

  /** The bytes that can be read, to be looked at only. */
  byte[] peek() {
    byte[] bytes = new byte[available()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = ring[(int) (read + i) & ring.length - 1];
    }
    return bytes;
  }

  @Override
  public String toString() {
    return "pipe " + id + Arrays.toString(new long[] {read, arrived, pushed, written});
  }
}
