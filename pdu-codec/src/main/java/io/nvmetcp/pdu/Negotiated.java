package io.nvmetcp.pdu;

/**
 * What the two ends of a connection agreed on in their ICReq and ICResp.
 *
 * @param headerDigest header digests are on
 * @param dataDigest data digests are on
 * @param hpda alignment of data sent to the host, 0..31
 * @param cpda alignment of data sent to the controller, 0..31
 * @param maxR2t most R2Ts outstanding per command, 1-based
 * @param maxH2cDataBytes most data bytes in one H2CData PDU
 */
public record Negotiated(
    boolean headerDigest,
    boolean dataDigest,
    int hpda,
    int cpda,
    long maxR2t,
    long maxH2cDataBytes) {

  /** The parameters in force once {@code response} answered {@code request}. */
  public static Negotiated of(IcRequest request, IcResponse response) {
    return new Negotiated(
        response.headerDigest(),
        response.dataDigest(),
        request.hpda(),
        response.cpda(),
        request.maxR2t() + 1,
        response.maxH2cDataBytes());
  }

  /** Bytes to whose multiples the data offset of PDUs sent to {@code receiver} is aligned. */
  public int dataAlignmentBytes(Role receiver) {
    return ((receiver == Role.HOST ? hpda : cpda) + 1) * 4;
  }

  /** PDO of a data-carrying PDU of {@code type}: header, digest, padding. */
  public int dataOffset(PduType type) {
    int unpadded =
        type.headerBytes() + (headerDigest && type.digestible() ? PduFields.DIGEST_BYTES : 0);
    int alignment = dataAlignmentBytes(type.sender().peer());
    return (unpadded + alignment - 1) / alignment * alignment;
  }
}
