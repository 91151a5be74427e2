package io.nvmetcp.initiator;

import static io.nvmetcp.initiator.Misdeed.Scene.BYTES;
import static io.nvmetcp.initiator.Misdeed.after;
import static io.nvmetcp.initiator.Misdeed.field;
import static io.nvmetcp.initiator.Misdeed.hangUp;
import static io.nvmetcp.initiator.Misdeed.header;
import static io.nvmetcp.initiator.Misdeed.row;
import static io.nvmetcp.pdu.FatalStatus.DATA_OUT_OF_RANGE;
import static io.nvmetcp.pdu.FatalStatus.LIMIT_EXCEEDED;
import static io.nvmetcp.pdu.FatalStatus.SEQUENCE_ERROR;

import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.nvme.Status;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What a hostile or broken controller may do to a queue with commands under way: PDUs in order by
 * themselves that do not fit the commands, and no PDUs at all.
 */
final class Misdeeds {
  private static final int LAST = PduFlags.LAST;
  private static final int SUCCESS = PduFlags.LAST | PduFlags.SUCCESS;
  private static final int RESPONSE_CID = PduFields.CQE + Cqe.CID;

  private Misdeeds() {}

  static List<Misdeed> all() {
    return Stream.of(
            HeaderMisdeeds.all(),
            dataForNobody(),
            dataInTheWrongPlace(),
            successTooEarly(),
            responses(),
            solicitations(),
            terminations(),
            garbage())
        .flatMap(rows -> rows)
        .toList();
  }

  private static Stream<Misdeed> dataForNobody() {
    int cccid = PduFields.CCCID;
    byte[] half = new byte[BYTES / 2];
    return Stream.of(
        field(
            "data for an identifier that was never used",
            cccid,
            s -> s.c().data(0x3000, 0, half, 0)),
        field("data for the last generation", cccid, s -> s.c().data(s.read() - 4, 0, half, 0)),
        field("data for the next generation", cccid, s -> s.c().data(s.read() + 4, 0, half, 0)),
        field("data for the identifier FFFFh", cccid, s -> s.c().data(0xFFFF, 0, half, 0)),
        field("data for the identifier 0", cccid, s -> s.c().data(0, 0, half, 0)),
        field("data for a write", cccid, s -> s.c().data(s.write(), 0, half, 0)),
        field("data for a flush", cccid, s -> s.c().data(s.flush(), 0, half, 0)),
        field(
            "data for a command that waits for a slot",
            cccid,
            s -> s.c().data(s.waiting(), 0, half, 0)),
        after(
            "R",
            field(
                "data after the response",
                cccid,
                s -> {
                  s.c().answer(s.read(), new byte[BYTES]);
                  s.data(0, BYTES / 2, 0);
                })),
        after(
            "R",
            field(
                "data after SUCCESS",
                cccid,
                s -> {
                  s.data(0, BYTES, SUCCESS);
                  s.data(0, BYTES / 2, LAST);
                })));
  }

  private static Stream<Misdeed> dataInTheWrongPlace() {
    return Stream.of(
        row(
            "4 bytes more than the read has",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.data(0, BYTES + 4, LAST)),
        row(
            "4 bytes more than is left",
            DATA_OUT_OF_RANGE,
            0,
            s -> {
              s.data(0, BYTES / 2, 0);
              s.data(BYTES / 2, BYTES / 2 + 4, LAST);
            }),
        row(
            "data behind all data",
            DATA_OUT_OF_RANGE,
            0,
            s -> {
              s.data(0, BYTES, LAST);
              s.data(BYTES, 4, LAST);
            }),
        row(
            "data that begins beyond the buffer",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.data(BYTES + 64, 4, 0)),
        row(
            "a large read's data for a small read",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.c().data(s.small(), 0, new byte[BYTES], LAST)),
        row(
            "data told twice",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.data(0, BYTES / 2, 0);
              s.data(0, BYTES / 2, 0);
            }),
        row(
            "data that overlaps by 4 bytes",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.data(0, BYTES / 2, 0);
              s.data(BYTES / 2 - 4, BYTES / 2, LAST);
            }),
        row(
            "data that leaves 4 bytes out",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.data(0, BYTES / 4, 0);
              s.data(BYTES / 4 + 4, BYTES / 4, 0);
            }),
        row("the second half first", SEQUENCE_ERROR, 0, s -> s.data(BYTES / 2, BYTES / 2, LAST)),
        after(
            "S",
            row(
                "one read's offset in another's data",
                SEQUENCE_ERROR,
                0,
                s -> {
                  s.c().answer(s.small(), new byte[BYTES / 2]);
                  s.data(BYTES / 2, BYTES / 2, LAST);
                })));
  }

  private static Stream<Misdeed> successTooEarly() {
    return Stream.of(
        row(
            "SUCCESS after half of the data",
            SEQUENCE_ERROR,
            0,
            s -> s.data(0, BYTES / 2, SUCCESS)),
        row("SUCCESS with 4 bytes missing", SEQUENCE_ERROR, 0, s -> s.data(0, BYTES - 4, SUCCESS)),
        row("a good response before all data", SEQUENCE_ERROR, 0, s -> s.c().respond(s.read(), 0)),
        row(
            "a good response after half of the data",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.data(0, BYTES / 2, LAST);
              s.c().respond(s.read(), 0);
            }),
        row(
            "a good response between two halves",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.data(0, BYTES / 2, 0);
              s.c().respond(s.read(), 0);
              s.data(BYTES / 2, BYTES / 2, LAST);
            }),
        row(
            "a write done that was never asked for",
            SEQUENCE_ERROR,
            0,
            s -> s.c().respond(s.write(), 0)),
        row(
            "a write done of which half was asked for",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 2);
              s.c().respond(s.write(), 0);
            }));
  }

  private static Stream<Misdeed> responses() {
    return Stream.of(
        field("a response to nobody", RESPONSE_CID, s -> s.c().respond(0x123, 0)),
        field("a response to FFFFh", RESPONSE_CID, s -> s.c().respond(0xFFFF, 0)),
        field(
            "a response to the last generation",
            RESPONSE_CID,
            s -> s.c().respond(s.flush() - 4, 0)),
        field(
            "a response to the next generation",
            RESPONSE_CID,
            s -> s.c().respond(s.flush() + 4, 0)),
        field(
            "an error for nobody", RESPONSE_CID, s -> s.c().respond(0x123, Status.INTERNAL_ERROR)),
        field(
            "a response to a command that waits for a slot",
            RESPONSE_CID,
            s -> s.c().respond(s.waiting(), 0)),
        after(
            "F",
            field(
                "a second response",
                RESPONSE_CID,
                s -> {
                  s.c().respond(s.flush(), 0);
                  s.c().respond(s.flush(), 0);
                })),
        after(
            "F",
            field(
                "a second response, another one",
                RESPONSE_CID,
                s -> {
                  s.c().respond(s.flush(), 0);
                  s.c().respond(s.flush(), Status.INTERNAL_ERROR);
                })),
        after(
            "R",
            field(
                "a response after SUCCESS",
                RESPONSE_CID,
                s -> {
                  s.data(0, BYTES, SUCCESS);
                  s.c().respond(s.read(), 0);
                })));
  }

  private static Stream<Misdeed> solicitations() {
    int cccid = PduFields.CCCID;
    return Stream.of(
        field("an R2T for nobody", cccid, s -> s.c().r2t(77, 1, 0, 4096)),
        field("an R2T for FFFFh", cccid, s -> s.c().r2t(0xFFFF, 1, 0, 4096)),
        field("an R2T for the last generation", cccid, s -> s.c().r2t(s.write() - 4, 1, 0, 4096)),
        field("an R2T for a read", cccid, s -> s.c().r2t(s.read(), 1, 0, 4096)),
        field("an R2T for a flush", cccid, s -> s.c().r2t(s.flush(), 1, 0, 4096)),
        after(
            "W",
            field(
                "an R2T after the response",
                cccid,
                s -> {
                  s.c().r2t(s.write(), 1, 0, BYTES);
                  s.c().respond(s.write(), 0);
                  s.c().r2t(s.write(), 2, 0, 4);
                })),
        row(
            "an R2T of 4 bytes too many",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.c().r2t(s.write(), 1, 0, BYTES + 4)),
        row(
            "an R2T that begins beyond the write",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.c().r2t(s.write(), 1, BYTES + 4, 4)),
        row("an R2T of 4 GiB", DATA_OUT_OF_RANGE, 0, s -> s.c().r2t(s.write(), 1, 0, 0xFFFF_FFFCL)),
        row(
            "an R2T told twice",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 4);
              s.c().r2t(s.write(), 1, 0, BYTES / 4);
            }),
        row(
            "R2Ts that overlap",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 4);
              s.c().r2t(s.write(), 2, BYTES / 4 - 4, BYTES / 4);
            }),
        row(
            "R2Ts that leave 4 bytes out",
            SEQUENCE_ERROR,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 4);
              s.c().r2t(s.write(), 2, BYTES / 4 + 4, BYTES / 4);
            }),
        row(
            "the second half asked for first",
            SEQUENCE_ERROR,
            0,
            s -> s.c().r2t(s.write(), 1, BYTES / 2, BYTES / 2)),
        row(
            "an R2T for what was sent already",
            DATA_OUT_OF_RANGE,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES);
              s.c().r2t(s.write(), 2, BYTES, 4);
            }),
        row(
            "more R2Ts than MAXR2T",
            LIMIT_EXCEEDED,
            0,
            s -> {
              s.c().r2t(s.write(), 1, 0, BYTES / 4);
              s.c().r2t(s.write(), 2, BYTES / 4, BYTES / 4);
              s.c().r2t(s.write(), 3, BYTES / 2, BYTES / 4);
            }),
        row(
            "R2Ts byte by byte",
            LIMIT_EXCEEDED,
            0,
            s -> {
              for (int at = 0; at < BYTES; at += 4) {
                s.c().r2t(s.write(), at & 0xFFFF, at, 4);
              }
            }));
  }

  private static Stream<Misdeed> terminations() {
    Stream<Misdeed> malformed =
        Stream.of(
            hangUp("a C2HTermReq of 23 bytes", s -> s.c().raw(header(3, 0, 24, 0, 23, 24))),
            hangUp("a C2HTermReq of 153 bytes", s -> s.c().raw(header(3, 0, 24, 0, 153, 153))),
            hangUp("a C2HTermReq of 4 GiB", s -> s.c().raw(header(3, 0, 24, 0, 0xFFFF_FFFFL, 24))),
            hangUp("a C2HTermReq with HLEN 128", s -> s.c().raw(header(3, 0, 128, 0, 128, 128))),
            hangUp("a C2HTermReq with a digest flag", s -> s.c().raw(header(3, 1, 24, 0, 28, 28))));
    Stream<Misdeed> lawful =
        Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 0xFFFF)
            .map(
                fes ->
                    hangUp(
                        "a C2HTermReq with FES " + fes,
                        s -> {
                          byte[] term = header(3, 0, 24, 0, 152, 152);
                          LittleEndian.put16(term, PduFields.FES, fes);
                          LittleEndian.put32(term, PduFields.FEI, 0xFFFF_FFFFL);
                          s.c().raw(term);
                        }));
    return Stream.concat(malformed, lawful);
  }

  private static Stream<Misdeed> garbage() {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] random = new byte[4096];
    new Random(6).nextBytes(random);
    random[0] = (byte) 0xF1;
    return Stream.of(
        field("an HTTP response", PduFields.TYPE, s -> s.c().raw(http)),
        field("random bytes", PduFields.TYPE, s -> s.c().raw(random)),
        field("zeros", PduFields.TYPE, s -> s.c().raw(new byte[4096])),
        after(
            "F",
            field(
                "a good response, then garbage",
                PduFields.TYPE,
                s -> {
                  s.c().respond(s.flush(), 0);
                  s.c().raw(random);
                })));
  }
}
