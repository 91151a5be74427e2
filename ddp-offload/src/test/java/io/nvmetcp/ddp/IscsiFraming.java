package io.nvmetcp.ddp;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A second protocol, to prove that devices know none: iSCSI's basic header segment (RFC 7143
 * section 11.2), of which three PDU types are enough. Data is padded to four bytes, and a data
 * digest covers data and padding; where there is padding, the digest does not stand right behind
 * the data, so the device is not told of it and software checks.
 */
public final class IscsiFraming implements Framing {
  public static final int HEADER_BYTES = 48;
  public static final int DATA_IN = 0x25;
  public static final int RESPONSE = 0x21;
  public static final int DATA_OUT = 0x05;
  public static final int DIGEST_BYTES = 4;

  private final boolean digests;

  public IscsiFraming(boolean digests) {
    this.digests = digests;
  }

  @Override
  public int prefixBytes() {
    return 8;
  }

  @Override
  public int maxHeaderBytes() {
    return HEADER_BYTES;
  }

  @Override
  public int headerBytes(byte[] header) {
    int opcode = opcode(header);
    boolean known = opcode == DATA_IN || opcode == RESPONSE || opcode == DATA_OUT;
    // Flags, reserved bytes and additional headers are unused here.
    boolean plain = (header[1] | header[2] | header[3] | header[4]) == 0;
    return known && plain ? HEADER_BYTES : -1;
  }

  @Override
  public boolean parse(byte[] header, PduShape shape) {
    int data = dataBytes(header);
    shape.dataStart = HEADER_BYTES;
    shape.dataBytes = data;
    shape.digestBytes = digests && data > 0 && data % 4 == 0 ? DIGEST_BYTES : 0;
    shape.pduBytes = HEADER_BYTES + (long) padded(data) + (digests && data > 0 ? DIGEST_BYTES : 0);
    shape.placeable = opcode(header) == DATA_IN && data > 0;
    shape.tag = tag(header);
    shape.bufferOffset = bufferOffset(header);
    return true;
  }

  static int opcode(byte[] header) {
    return header[0] & 0x3F;
  }

  static int dataBytes(byte[] header) {
    return (header[5] & 0xFF) << 16 | (header[6] & 0xFF) << 8 | header[7] & 0xFF;
  }

  static int tag(byte[] header) {
    return ByteBuffer.wrap(header).getInt(16) & 0xFFFF;
  }

  static long bufferOffset(byte[] header) {
    return ByteBuffer.wrap(header).getInt(40) & 0xFFFF_FFFFL;
  }

  static int padded(int dataBytes) {
    return dataBytes + 3 & ~3;
  }

  /** A PDU with a correct digest, if digests are on. */
  public byte[] pdu(int opcode, int tag, long bufferOffset, byte[] data) {
    boolean digested = digests && data.length > 0;
    int body = HEADER_BYTES + padded(data.length);
    byte[] pdu = new byte[body + (digested ? DIGEST_BYTES : 0)];
    pdu[0] = (byte) opcode;
    pdu[5] = (byte) (data.length >> 16);
    pdu[6] = (byte) (data.length >> 8);
    pdu[7] = (byte) data.length;
    ByteBuffer header = ByteBuffer.wrap(pdu);
    header.putInt(16, 0xABCD_0000 | tag);
    header.putInt(40, (int) bufferOffset);
    System.arraycopy(data, 0, pdu, HEADER_BYTES, data.length);
    if (digested) {
      Crc32cDigest crc = JdkCrc32c.INSTANCE.newDigest();
      crc.update(pdu, HEADER_BYTES, padded(data.length));
      header.putInt(body, Integer.reverseBytes(crc.value()));
    }
    return pdu;
  }

  public byte[] dataIn(int tag, long bufferOffset, byte[] data) {
    return pdu(DATA_IN, tag, bufferOffset, data);
  }

  /** A Data-In PDU whose byte {@code at} of the data was changed on the way. */
  public byte[] corruptDataIn(int tag, long bufferOffset, byte[] data, int at) {
    byte[] pdu = dataIn(tag, bufferOffset, data);
    pdu[HEADER_BYTES + at] ^= 0x10;
    return pdu;
  }

  public byte[] response(int tag) {
    return pdu(RESPONSE, tag, 0, new byte[0]);
  }

  /** PDUs one behind the other. */
  public static byte[] concat(byte[]... pdus) {
    int length = Arrays.stream(pdus).mapToInt(pdu -> pdu.length).sum();
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] pdu : pdus) {
      all.put(pdu);
    }
    return all.array();
  }
}
