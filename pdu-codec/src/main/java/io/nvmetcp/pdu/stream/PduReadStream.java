package io.nvmetcp.pdu.stream;

import io.nvmetcp.crc.Crc32cDigest;
import io.nvmetcp.crc.engine.JdkCrc32c;
import io.nvmetcp.crc.ledger.DigestLedger;
import io.nvmetcp.crc.ledger.Voucher;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.ConnectionFault;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.check.Phase;
import io.nvmetcp.pdu.frame.PduListener;
import io.nvmetcp.pdu.frame.PduReader;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The PDUs that arrive on a stream of buffers: a {@code NetSocket}, say.
 *
 * <p>Nothing is decoded before it is asked for. Held are at most one buffer of the source and the
 * part of one PDU's data that has arrived, which the {@link Limits} bound; after a fault nothing.
 *
 * <p>After an ICReq or ICResp the stream waits for {@link #negotiated}, since only then it is known
 * how the next PDU looks. After a fault the exception handler is called once, with a {@link
 * PduStreamException}; from then on bytes are read and discarded, so that a terminate request can
 * still reach the peer.
 *
 * <p>All methods are to be called on the context of the source; the handlers run there.
 */
public final class PduReadStream implements ReadStream<Pdu> {
  private static final Buffer NOTHING = Buffer.buffer();

  private final ReadStream<Buffer> source;
  private final PduReader reader;
  private final Crc32cDigest payloadCrc = JdkCrc32c.INSTANCE.newDigest();
  private @Nullable Handler<Pdu> handler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private @Nullable Handler<@Nullable Void> endHandler;
  private long demand = Long.MAX_VALUE;
  private boolean pumping;
  private boolean awaitingBuffer;
  private boolean awaitingAgreement;
  private boolean sourceEnded;
  private boolean ended;
  private @Nullable MemorySegment pending;
  private int pendingAt;
  private @Nullable Pdu complete;
  private byte[] headerInHand = {};
  private OptionalInt headerDigestInHand = OptionalInt.empty();
  private Buffer payloadInHand = NOTHING;

  /**
   * @param source the bytes; this stream takes its handlers over
   * @param limits whose PDUs these are and what is accepted; {@link Limits#initial} from the start
   *     of a connection
   */
  public PduReadStream(ReadStream<Buffer> source, Limits limits) {
    this.source = source;
    reader = new PduReader(JdkCrc32c.INSTANCE, Voucher.PLACEMENT, limits, new Assembler());
    source.pause();
    source.handler(this::arrived);
    source.endHandler(_ -> sourceEnd());
    source.exceptionHandler(this::fail);
  }

  /** What the ICReq and the ICResp of this connection agree on; decoding goes on with it. */
  public PduReadStream negotiated(Negotiated agreed) {
    reader.limits(reader.limits().with(agreed));
    awaitingAgreement = false;
    pump();
    return this;
  }

  @Override
  public PduReadStream handler(@Nullable Handler<Pdu> pduHandler) {
    handler = pduHandler;
    pump();
    return this;
  }

  @Override
  public PduReadStream exceptionHandler(@Nullable Handler<Throwable> failureHandler) {
    exceptionHandler = failureHandler;
    return this;
  }

  @Override
  public PduReadStream endHandler(@Nullable Handler<@Nullable Void> streamEndHandler) {
    endHandler = streamEndHandler;
    return this;
  }

  @Override
  public PduReadStream pause() {
    demand = 0;
    return this;
  }

  @Override
  public PduReadStream resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public PduReadStream fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch of " + amount);
    }
    demand = demand + amount < 0 ? Long.MAX_VALUE : demand + amount;
    pump();
    return this;
  }

  private void arrived(Buffer buffer) {
    awaitingBuffer = false;
    if (!reader.failed()) {
      pending = MemorySegment.ofArray(buffer.getBytes());
      pendingAt = 0;
    }
    pump();
  }

  /** Bytes that are kept for PDUs not handed over yet. */
  int heldBytes() {
    MemorySegment bytes = pending;
    Pdu pdu = complete;
    return (bytes == null ? 0 : (int) bytes.byteSize())
        + payloadInHand.length()
        + (pdu == null ? 0 : pdu.payload().length());
  }

  private void sourceEnd() {
    sourceEnded = true;
    pump();
  }

  private void fail(Throwable failure) {
    Handler<Throwable> to = exceptionHandler;
    if (to != null) {
      to.handle(failure);
    }
  }

  // Goes on until there is nothing to decode or nobody who wants it. Handlers call back into here.
  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (wanted() && step()) {
        deliver();
      }
    } finally {
      pumping = false;
    }
  }

  private boolean wanted() {
    if (reader.failed()) {
      return true; // bytes are discarded, nobody has to ask for them
    }
    boolean nothingLeft = sourceEnded && pending == null;
    return demand > 0 && handler != null && (!awaitingAgreement || nothingLeft);
  }

  // One step within the current PDU; false if bytes are missing.
  private boolean step() {
    MemorySegment bytes = pending;
    if (bytes != null && !reader.failed()) {
      int left = (int) bytes.byteSize() - pendingAt;
      int length = Math.min(left, reader.bytesToBoundary());
      int at = pendingAt;
      pendingAt += length;
      if (length == left) {
        pending = null;
      }
      reader.accept(bytes, at, length);
      return true;
    }
    pending = null;
    if (sourceEnded) {
      end();
      return false;
    }
    if (awaitingBuffer) {
      return false;
    }
    awaitingBuffer = true;
    source.fetch(1);
    return !awaitingBuffer || sourceEnded;
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (!reader.failed() && !reader.atBoundary()) {
      reader.close();
      payloadInHand = NOTHING;
      fail(new PduStreamException(ConnectionFault.hangUp("the stream ended within a PDU")));
    }
    Handler<@Nullable Void> to = endHandler;
    if (to != null) {
      to.handle(null);
    }
  }

  private void deliver() {
    Pdu pdu = complete;
    Handler<Pdu> to = handler;
    if (pdu == null || to == null) {
      return;
    }
    complete = null;
    if (demand != Long.MAX_VALUE) {
      demand--;
    }
    boolean initializes = pdu.type() == PduType.IC_REQ || pdu.type() == PduType.IC_RESP;
    awaitingAgreement = initializes && reader.limits().phase() == Phase.AWAIT_IC;
    to.handle(pdu);
  }

  private final class Assembler implements PduListener {
    @Override
    public void onPdu(PduType type, byte[] header, int payloadBytes) {
      boolean term = type == PduType.H2C_TERM_REQ || type == PduType.C2H_TERM_REQ;
      int bytes = term ? (int) PduFields.plen(header) : type.headerBytes();
      headerInHand = Arrays.copyOf(header, bytes);
      headerDigestInHand =
          (PduFields.flags(header) & PduFlags.HDGST) != 0
              ? OptionalInt.of(LittleEndian.i32(header, bytes))
              : OptionalInt.empty();
      // Grows with what arrives, not with what the length claims.
      payloadInHand = payloadBytes == 0 ? NOTHING : Buffer.buffer();
      payloadCrc.reset();
      if (payloadBytes == 0) {
        complete(type, OptionalInt.empty(), true);
      }
    }

    @Override
    public void onPayload(
        MemorySegment bytes, long offset, int length, int payloadOffset, boolean placed) {
      payloadCrc.update(bytes, offset, length);
      payloadInHand.appendBytes(bytes.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void onPayloadEnd(PduType type, byte[] header, DigestLedger digest, int received) {
      boolean digested = (PduFields.flags(header) & PduFlags.DDGST) != 0;
      complete(
          type,
          digested ? OptionalInt.of(received) : OptionalInt.empty(),
          !digested || payloadCrc.value() == received);
    }

    private void complete(PduType type, OptionalInt dataDigest, boolean matches) {
      complete =
          new Pdu(type, headerInHand, payloadInHand, headerDigestInHand, dataDigest, matches);
      payloadInHand = NOTHING;
    }

    @Override
    public void onFault(ConnectionFault fault) {
      pending = null;
      fail(new PduStreamException(fault));
    }
  }
}
