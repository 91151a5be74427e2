package io.nvmetcp.pdu.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmetcp.pdu.FatalStatus;
import io.nvmetcp.pdu.IcRequest;
import io.nvmetcp.pdu.IcResponse;
import io.nvmetcp.pdu.Negotiated;
import io.nvmetcp.pdu.PduType;
import io.nvmetcp.pdu.Role;
import io.nvmetcp.pdu.check.Limits;
import io.nvmetcp.pdu.testkit.Conversations;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PduReadStreamTest {
  private final IcRequest request = Conversations.request(true, true, 1);
  private final IcResponse response = Conversations.response(true, true, 3);
  private final Negotiated agreed = Negotiated.of(request, response);
  private final byte[] host = Conversations.ofHost(request, response, 512);
  private final FakeSource source = new FakeSource();
  private final PduReadStream stream =
      new PduReadStream(source, Limits.initial(Role.CONTROLLER, 8192, 1 << 20));
  private final List<Pdu> got = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  private void listen() {
    stream.exceptionHandler(failure -> events.add(failure.getMessage()));
    stream.endHandler(_ -> events.add("end"));
    stream.handler(got::add);
  }

  private List<PduType> types() {
    return got.stream().map(Pdu::type).toList();
  }

  @Test
  void waitsForTheAgreementWhenIcReqAndConnectComeInOneBuffer() {
    source.push(Buffer.buffer(host));
    listen();
    assertThat(types()).containsExactly(PduType.IC_REQ);
    stream.negotiated(agreed);
    assertThat(types())
        .containsExactly(
            PduType.IC_REQ,
            PduType.CAPSULE_CMD,
            PduType.CAPSULE_CMD,
            PduType.CAPSULE_CMD,
            PduType.H2C_DATA,
            PduType.H2C_DATA,
            PduType.CAPSULE_CMD,
            PduType.H2C_TERM_REQ);
    assertThat(events).isEmpty();
  }

  @Test
  void takesTheAgreementFromWithinTheHandler() {
    stream.handler(
        pdu -> {
          got.add(pdu);
          if (pdu.type() == PduType.IC_REQ) {
            stream.negotiated(agreed);
          }
        });
    source.push(Buffer.buffer(host));
    assertThat(got).hasSize(8);
  }

  @Test
  void handsOverWholePdusHoweverTheStreamIsCut() {
    long seed = 0x57EA4L;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var cutSource = new FakeSource();
      var lines = new ArrayList<String>();
      var cut = new PduReadStream(cutSource, Limits.initial(Role.CONTROLLER, 8192, 1 << 20));
      cut.handler(
          pdu -> {
            lines.add(pdu + " " + pdu.payload().hashCode());
            if (pdu.type() == PduType.IC_REQ) {
              cut.negotiated(agreed);
            }
          });
      for (int at = 0; at < host.length; ) {
        int step = Math.min(host.length - at, 1 + random.nextInt(1 << random.nextInt(1, 11)));
        cutSource.push(Buffer.buffer().appendBytes(host, at, step));
        at += step;
      }
      assertThat(lines).as("seed %d round %d", seed, round).isEqualTo(uncut());
    }
  }

  private List<String> uncut() {
    var whole = new FakeSource();
    var lines = new ArrayList<String>();
    var reader = new PduReadStream(whole, Limits.initial(Role.CONTROLLER, 8192, 1 << 20));
    reader.handler(pdu -> lines.add(pdu + " " + pdu.payload().hashCode()));
    whole.push(Buffer.buffer(host));
    reader.negotiated(agreed);
    assertThat(lines).hasSize(8);
    return lines;
  }

  @Test
  void showsTheDigestsItReceived() {
    source.push(Buffer.buffer(host));
    listen();
    stream.negotiated(agreed);
    Pdu icReq = got.getFirst();
    assertThat(icReq.headerDigest()).isEmpty();
    assertThat(icReq.dataDigest()).isEmpty();
    Pdu connect = got.get(1);
    assertThat(connect.headerDigest()).isPresent();
    assertThat(connect.dataDigest()).isPresent();
    assertThat(connect.dataDigestMatches()).isTrue();
    assertThat(got.get(2).dataDigest()).as("a command without data").isEmpty();
  }

  @Test
  void passesOnDataWhoseDigestIsWrongAndSaysSo() {
    byte[] broken = host.clone();
    broken[128 + 80 + 3] ^= 1; // in the Connect data
    source.push(Buffer.buffer(broken));
    listen();
    stream.negotiated(agreed);
    assertThat(got).hasSize(8);
    assertThat(got.get(1).dataDigestMatches()).isFalse();
    assertThat(got.get(1)).asString().endsWith("(data digest wrong)");
  }

  @Test
  void givesExactlyWhatIsAskedFor() {
    listen();
    stream.pause();
    stream.negotiated(agreed); // a connection that was initialized elsewhere
    source.push(Buffer.buffer().appendBytes(host, 128, host.length - 128));
    assertThat(got).isEmpty();
    stream.fetch(1);
    assertThat(got).hasSize(1);
    stream.fetch(2);
    assertThat(got).hasSize(3);
    stream.resume();
    assertThat(got).hasSize(7);
  }

  @Test
  void stopsWhenPausedFromWithinTheHandler() {
    stream.negotiated(agreed);
    stream.handler(
        pdu -> {
          got.add(pdu);
          stream.pause();
        });
    source.push(Buffer.buffer().appendBytes(host, 128, host.length - 128));
    assertThat(got).hasSize(1);
    stream.fetch(1);
    assertThat(got).hasSize(2);
  }

  @Test
  void takesNoBufferBeforeTheLastOneIsUsedUp() {
    stream.pause();
    listen();
    for (int i = 0; i < 100; i++) {
      source.push(Buffer.buffer(host));
    }
    assertThat(source.delivered()).isZero();
    stream.fetch(1);
    assertThat(source.delivered()).isEqualTo(1);
    assertThat(source.waiting()).isEqualTo(99);
    stream.resume();
    assertThat(types()).containsExactly(PduType.IC_REQ);
    assertThat(source.delivered()).as("it waits for the agreement").isEqualTo(1);
  }

  @Test
  void reportsAFaultOnceAndDiscardsWhatFollows() {
    listen();
    source.push(Buffer.buffer(new byte[] {(byte) 0x99, 0, 0, 0, 0, 0, 0, 0}));
    assertThat(events)
        .containsExactly("invalid PDU header field (FES 1, FEI 0): unknown PDU type 99h");
    stream.pause();
    for (int i = 0; i < 50; i++) {
      source.push(Buffer.buffer(host));
    }
    assertThat(source.waiting()).as("read and discarded").isZero();
    assertThat(got).isEmpty();
    source.finish();
    assertThat(events).hasSize(2).last().isEqualTo("end");
  }

  @Test
  void holdsWhatHasArrivedOfOnePduAndNothingAfterIt() {
    listen();
    stream.negotiated(agreed);
    int connect = 128;
    source.push(Buffer.buffer().appendBytes(host, connect, 80 + 5));
    assertThat(stream.heldBytes()).as("5 bytes of the Connect data").isEqualTo(5);
    stream.pause();
    source.push(Buffer.buffer().appendBytes(host, connect + 80 + 5, 12 - 5 + 4));
    assertThat(stream.heldBytes()).as("a buffer was on its way").isEqualTo(5 + 11);
    stream.fetch(1);
    assertThat(got).hasSize(1);
    assertThat(stream.heldBytes()).isZero();
  }

  @Test
  void holdsNoBufferAfterAFault() {
    listen();
    stream.negotiated(agreed);
    source.push(
        Buffer.buffer()
            .appendBytes(host, 128, 80 + 12 + 4)
            .appendBytes(new byte[] {(byte) 0x99, 0, 0, 0, 0, 0, 0, 0})
            .appendBytes(new byte[10_000]));
    assertThat(got).hasSize(1);
    assertThat(events).hasSize(1);
    assertThat(stream.heldBytes()).isZero();
    source.push(Buffer.buffer(host));
    assertThat(stream.heldBytes()).isZero();
  }

  @Test
  void holdsNoBufferOnceTheStreamBrokeOff() {
    listen();
    stream.negotiated(agreed);
    source.push(Buffer.buffer().appendBytes(host, 128, 80 + 5));
    source.finish();
    assertThat(events).containsExactly("the stream ended within a PDU", "end");
    assertThat(stream.heldBytes()).isZero();
  }

  @Test
  void carriesTheFaultInItsException() {
    var failures = new ArrayList<Throwable>();
    stream.exceptionHandler(failures::add);
    stream.handler(got::add);
    source.push(Buffer.buffer(new byte[] {4, 0, 72, 0, 72, 0, 0, 0}));
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst())
        .isInstanceOfSatisfying(
            PduStreamException.class,
            e -> assertThat(e.fault().status()).isEqualTo(FatalStatus.SEQUENCE_ERROR));
  }

  @Test
  void saysWhenTheStreamEndsWithinAPdu() {
    listen();
    source.push(Buffer.buffer().appendBytes(host, 0, 100));
    source.finish();
    assertThat(events).containsExactly("the stream ended within a PDU", "end");
  }

  @Test
  void endsAfterTheLastPduIsTaken() {
    listen();
    stream.pause();
    stream.negotiated(agreed);
    source.push(Buffer.buffer().appendBytes(host, 128, host.length - 128));
    stream.fetch(6);
    source.finish();
    assertThat(events).isEmpty();
    stream.resume();
    assertThat(got).hasSize(7);
    assertThat(events).containsExactly("end");
  }

  @Test
  void endsThoughNobodyEverAgreed() {
    listen();
    source.push(Buffer.buffer().appendBytes(host, 0, 128));
    source.finish();
    assertThat(types()).containsExactly(PduType.IC_REQ);
    assertThat(events).containsExactly("end");
  }
}
