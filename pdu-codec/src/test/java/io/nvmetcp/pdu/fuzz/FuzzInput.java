package io.nvmetcp.pdu.fuzz;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.check.Phase;
import java.util.Arrays;

/**
 * An input of the fuzzers: eight bytes that say how the stream is read, then the stream.
 *
 * @param bytes the whole input, at least {@link #PREFIX_BYTES}
 */
record FuzzInput(byte[] bytes) {
  static final int PREFIX_BYTES = 8;
  static final int HOST = 1;
  static final int HEADER_DIGEST = 1 << 1;
  static final int DATA_DIGEST = 1 << 2;
  static final int STRICT = 1 << 3;

  /** Wrong header digests are put right, so that mutations get past them. */
  static final int SEAL_HEADERS = 1 << 4;

  /** Likewise data digests. */
  static final int SEAL_DATA = 1 << 5;

  private static final int MAX_H2C_DATA = 4096;
  private static final byte LOG_CAPSULE_DATA = 13;

  // So much that an allocation by what a length field claims would show.
  private static final byte LOG_DATA = 30;

  private static final Negotiated NOTHING = new Negotiated(false, false, 0, 0, 1, 4096);

  /** Any bytes are an input; missing ones are 0. */
  static FuzzInput of(byte[] raw) {
    return new FuzzInput(raw.length < PREFIX_BYTES ? Arrays.copyOf(raw, PREFIX_BYTES) : raw);
  }

  static FuzzInput of(int flags, int hpda, int cpda, byte[] stream) {
    byte[] bytes = new byte[PREFIX_BYTES + stream.length];
    bytes[0] = (byte) flags;
    bytes[1] = (byte) hpda;
    bytes[2] = (byte) cpda;
    bytes[3] = LOG_CAPSULE_DATA;
    bytes[4] = LOG_DATA;
    System.arraycopy(stream, 0, bytes, PREFIX_BYTES, stream.length);
    return new FuzzInput(bytes);
  }

  boolean has(int flag) {
    return (bytes[0] & flag) != 0;
  }

  Role receiver() {
    return has(HOST) ? Role.HOST : Role.CONTROLLER;
  }

  Limits limits() {
    return new Limits(
        receiver(),
        Phase.AWAIT_IC,
        NOTHING,
        1L << (bytes[3] & 0xF),
        1L << (bytes[4] & 0x1F),
        has(STRICT));
  }

  Negotiated agreed() {
    return new Negotiated(
        has(HEADER_DIGEST), has(DATA_DIGEST), bytes[1] & 0x1F, bytes[2] & 0x1F, 1, MAX_H2C_DATA);
  }

  long cutSeed() {
    return LittleEndian.u32(bytes, 4);
  }

  /** The stream, with digests put right as the flags say. */
  byte[] stream() {
    byte[] stream = Arrays.copyOfRange(bytes, PREFIX_BYTES, bytes.length);
    for (int at = 0; at >= 0; at = nextPdu(stream, at)) {
      seal(stream, at);
    }
    return stream;
  }

  /** Where the PDU after the one at {@code at} starts as PLEN has it, or -1. */
  static int nextPdu(byte[] stream, int at) {
    if (at + PduFields.COMMON_BYTES > stream.length) {
      return -1;
    }
    long next =
        at + Math.max(PduFields.COMMON_BYTES, LittleEndian.u32(stream, at + PduFields.PLEN));
    return next < stream.length ? (int) next : -1;
  }

  private void seal(byte[] stream, int at) {
    if (at + PduFields.COMMON_BYTES > stream.length) {
      return;
    }
    PduType type = PduType.byCode(stream[at]);
    if (type == null || !type.digestible()) {
      return;
    }
    int bare = at + type.headerBytes();
    if (has(SEAL_HEADERS) && has(HEADER_DIGEST)) {
      put(stream, at, bare);
    }
    long end = at + LittleEndian.u32(stream, at + PduFields.PLEN);
    int from = at + LittleEndian.u8(stream, at + PduFields.PDO);
    boolean data = type.mayCarryData() && end <= stream.length && from + 4 < end && from >= bare;
    if (has(SEAL_DATA) && has(DATA_DIGEST) && data) {
      put(stream, from, (int) end - PduFields.DIGEST_BYTES);
    }
  }

  private static void put(byte[] stream, int from, int digestAt) {
    if (digestAt + PduFields.DIGEST_BYTES <= stream.length) {
      Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
      crc.update(stream, from, digestAt - from);
      LittleEndian.put32(stream, digestAt, crc.value());
    }
  }
}
