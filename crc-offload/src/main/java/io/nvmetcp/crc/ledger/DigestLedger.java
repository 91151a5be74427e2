package io.nvmetcp.crc.ledger;

/**
 * Follows one PDU's data digest: which runs of the stream came with a device's <i>crc-ok</i>, and
 * whether software must look again.
 *
 * <p>The bit is ANDed over all runs of the payload <em>and</em> of the digest bytes; one false bit,
 * wherever it stands, means that software recomputes the whole payload. One ledger serves one
 * connection: {@link #begin} starts the next PDU. Confined to one thread, allocates nothing.
 *
 * <p>Life of a PDU: {@code begin}, any number of {@code payloadRun} and {@code digestRun}, then
 * either {@link #needsSoftwareCheck()} is false and {@link #verdict()} stands, or the caller
 * reports {@link #softwareResult} first.
 */
public final class DigestLedger {
  private static final int DIGEST_BYTES = 4;

  private final Voucher voucher;
  private boolean negotiated;
  private boolean allVouched;
  private int digestBytesSeen;
  private int vouchedBytes;
  private int unvouchedBytes;
  private int runs;
  private boolean softwareDone;
  private boolean softwareMatch;

  /**
   * @param voucher whose word the runs' bits are on this connection
   */
  public DigestLedger(Voucher voucher) {
    this.voucher = voucher;
  }

  /** Starts the next PDU; {@code negotiated} tells whether it carries a data digest at all. */
  public void begin(boolean negotiated) {
    this.negotiated = negotiated;
    allVouched = true;
    digestBytesSeen = 0;
    vouchedBytes = 0;
    unvouchedBytes = 0;
    runs = 0;
    softwareDone = false;
    softwareMatch = false;
  }

  /** A run of {@code lengthBytes} payload bytes, with or without the device's word. */
  public void payloadRun(int lengthBytes, boolean crcOk) {
    count(lengthBytes, crcOk);
  }

  /** A run of digest bytes. Their own bit counts like any other. */
  public void digestRun(int lengthBytes, boolean crcOk) {
    count(lengthBytes, crcOk);
    digestBytesSeen += lengthBytes;
  }

  private void count(int lengthBytes, boolean crcOk) {
    if (crcOk) {
      vouchedBytes += lengthBytes;
    } else {
      unvouchedBytes += lengthBytes;
      allVouched = false;
    }
    runs++;
  }

  /** True if software must compute the digest of the whole payload before a verdict stands. */
  public boolean needsSoftwareCheck() {
    return negotiated && !softwareDone && !(allVouched && digestBytesSeen == DIGEST_BYTES);
  }

  /** Reports the software check of the whole payload; once per PDU, and only if it was needed. */
  public void softwareResult(boolean match) {
    if (!needsSoftwareCheck()) {
      throw new IllegalStateException("no software check is due");
    }
    softwareDone = true;
    softwareMatch = match;
  }

  /**
   * The judgement.
   *
   * @throws IllegalStateException if a software check is still due
   */
  public DigestVerdict verdict() {
    if (!negotiated) {
      return DigestVerdict.NOT_NEGOTIATED;
    }
    if (softwareDone) {
      return softwareMatch ? DigestVerdict.BY_FALLBACK : DigestVerdict.MISMATCH;
    }
    if (needsSoftwareCheck()) {
      throw new IllegalStateException("a software check is due");
    }
    return voucher.verdict();
  }

  /** Bytes of payload and digest that came with the device's word. */
  public int vouchedBytes() {
    return vouchedBytes;
  }

  /** Bytes of payload and digest that came without it. */
  public int unvouchedBytes() {
    return unvouchedBytes;
  }

  /** Runs seen for this PDU, those of the digest bytes included. */
  public int runs() {
    return runs;
  }
}
