package io.nvmetcp.initiator;

import static io.nvmetcp.initiator.Misdeed.Scene.BYTES;
import static io.nvmetcp.initiator.Misdeed.field;
import static io.nvmetcp.initiator.Misdeed.header;
import static io.nvmetcp.initiator.Misdeed.row;
import static io.nvmetcp.initiator.Misdeed.with;
import static io.nvmetcp.pdu.FatalStatus.DATA_OUT_OF_RANGE;
import static io.nvmetcp.pdu.FatalStatus.HEADER_DIGEST_ERROR;
import static io.nvmetcp.pdu.FatalStatus.SEQUENCE_ERROR;

import io.nvmetcp.nvme.Cqe;
import io.nvmetcp.nvme.LittleEndian;
import io.nvmetcp.pdu.PduFields;
import io.nvmetcp.pdu.PduFlags;
import java.util.stream.Stream;

/** Headers that are wrong whatever commands are under way. */
final class HeaderMisdeeds {
  private static final int LAST = PduFlags.LAST;
  private static final int RESPONSE_CID = PduFields.CQE + Cqe.CID;
  private static final long ANY = -1;

  private HeaderMisdeeds() {}

  static Stream<Misdeed> all() {
    return Stream.of(types(), lengths(), offsets(), flags(), digests(), ownFields())
        .flatMap(rows -> rows);
  }

  private static Stream<Misdeed> types() {
    int type = PduFields.TYPE;
    return Stream.of(
        field("the reserved type 08h", type, s -> s.c().raw(header(8, 0, 24, 0, 24, 24))),
        field("the reserved type 0Ah", type, s -> s.c().raw(header(10, 0, 24, 0, 24, 24))),
        field("the type FFh", type, s -> s.c().raw(header(255, 255, 255, 255, -1, 24))),
        field("an ICReq", type, s -> s.c().raw(header(0, 0, 128, 0, 128, 128))),
        field("an H2CTermReq", type, s -> s.c().raw(header(2, 0, 24, 0, 24, 24))),
        field("a command capsule", type, s -> s.c().raw(header(4, 0, 72, 0, 72, 72))),
        field("H2CData", type, s -> s.c().raw(header(6, 4, 24, 24, 28, 28))),
        row("a second ICResp", SEQUENCE_ERROR, 0, s -> s.c().raw(header(1, 0, 128, 0, 128, 128))));
  }

  private static Stream<Misdeed> lengths() {
    int hlen = PduFields.HLEN;
    int plen = PduFields.PLEN;
    return Stream.of(
        field("C2HData with HLEN 23", hlen, s -> s.c().raw(header(7, 4, 23, 24, 28, 28))),
        field("C2HData with HLEN 25", hlen, s -> s.c().raw(header(7, 4, 25, 24, 28, 28))),
        field("C2HData with HLEN 0", hlen, s -> s.c().raw(header(7, 4, 0, 24, 28, 28))),
        field("a response with HLEN 16", hlen, s -> s.c().raw(header(5, 0, 16, 0, 24, 24))),
        field("an R2T with HLEN 72", hlen, s -> s.c().raw(header(9, 0, 72, 0, 24, 24))),
        field("C2HData with PLEN 0", plen, s -> s.c().raw(header(7, 4, 24, 24, 0, 24))),
        field("C2HData with PLEN 23", plen, s -> s.c().raw(header(7, 4, 24, 24, 23, 24))),
        field("C2HData without data", plen, s -> s.c().raw(header(7, 4, 24, 24, 24, 24))),
        field("C2HData of 4 GiB", plen, s -> s.c().raw(header(7, 4, 24, 24, 0xFFFF_FFFFL, 24))),
        field(
            "C2HData larger than any read",
            plen,
            s -> s.c().raw(header(7, 4, 24, 24, 131_100, 24))),
        field("a response with PLEN 28", plen, s -> s.c().raw(header(5, 0, 24, 0, 28, 28))),
        field("an R2T with PLEN 20", plen, s -> s.c().raw(header(9, 0, 24, 0, 20, 24))),
        field("an R2T that carries data", plen, s -> s.c().raw(header(9, 0, 24, 24, 28, 28))),
        with(
            "H",
            field(
                "a response too short for its digest",
                plen,
                s -> s.c().raw(header(5, 1, 24, 0, 24, 24)))),
        with(
            "D",
            field(
                "C2HData with a digest and no data",
                plen,
                s -> s.c().raw(header(7, 6, 24, 24, 28, 28)))));
  }

  private static Stream<Misdeed> offsets() {
    int pdo = PduFields.PDO;
    return Stream.of(
        field("C2HData with PDO 0", pdo, s -> s.c().raw(header(7, 4, 24, 0, 28, 28))),
        field(
            "C2HData with its data in the header",
            pdo,
            s -> s.c().raw(header(7, 4, 24, 20, 28, 28))),
        field("C2HData with a misaligned PDO", pdo, s -> s.c().raw(header(7, 4, 24, 26, 32, 32))),
        field("C2HData with PDO beyond its end", pdo, s -> s.c().raw(header(7, 4, 24, 64, 60, 60))),
        with(
            "H",
            field(
                "C2HData with its data in the digest",
                pdo,
                s -> s.c().raw(header(7, 5, 24, 24, 60, 60)))));
  }

  private static Stream<Misdeed> flags() {
    int flags = PduFields.FLAGS;
    return Stream.of(
        field("SUCCESS without LAST", flags, s -> s.data(0, BYTES, PduFlags.SUCCESS)),
        field("a reserved flag on C2HData", flags, s -> s.c().raw(header(7, 0x14, 24, 24, 28, 28))),
        field("LAST on a response", flags, s -> s.c().raw(header(5, LAST, 24, 0, 24, 24))),
        field("SUCCESS on an R2T", flags, s -> s.c().raw(header(9, 8, 24, 0, 24, 24))),
        field(
            "a header digest that was not agreed on",
            flags,
            s -> s.c().raw(header(5, PduFlags.HDGST, 24, 0, 28, 28))),
        field(
            "a data digest that was not agreed on",
            flags,
            s -> s.c().raw(header(7, LAST | PduFlags.DDGST, 24, 24, 32, 32))),
        with(
            "H",
            field(
                "a response without its header digest",
                flags,
                s -> s.c().raw(header(5, 0, 24, 0, 28, 28)))),
        with(
            "D",
            field(
                "C2HData without its data digest",
                flags,
                s -> s.c().raw(header(7, LAST, 24, 24, 32, 32)))),
        with(
            "D",
            field(
                "a data digest on a response",
                flags,
                s -> s.c().raw(header(5, PduFlags.DDGST, 24, 0, 24, 24)))),
        with(
            "D",
            field(
                "a data digest on an R2T",
                flags,
                s -> s.c().raw(header(9, PduFlags.DDGST, 24, 0, 24, 24)))));
  }

  private static Stream<Misdeed> digests() {
    return Stream.of(
        with(
            "H",
            row(
                "C2HData with a wrong header digest",
                HEADER_DIGEST_ERROR,
                ANY,
                s -> s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[PduFields.DATAO + 3] ^= 1))),
        with(
            "H",
            row(
                "a wrong header digest behind a right header",
                HEADER_DIGEST_ERROR,
                ANY,
                s -> s.spoiled(() -> s.data(0, BYTES, LAST), b -> b[24] ^= 1))),
        with(
            "H",
            row(
                "a response with a wrong header digest",
                HEADER_DIGEST_ERROR,
                ANY,
                s -> s.spoiled(() -> s.c().respond(s.flush(), 0), b -> b[RESPONSE_CID] ^= 1))),
        with(
            "HD",
            row(
                "an R2T with a wrong header digest",
                HEADER_DIGEST_ERROR,
                ANY,
                s ->
                    s.spoiled(
                        () -> s.c().r2t(s.write(), 1, 0, BYTES), b -> b[PduFields.R2TL] ^= 4))),
        with(
            "H",
            row(
                "a wrong CID under a wrong digest: the digest counts",
                HEADER_DIGEST_ERROR,
                ANY,
                s -> s.spoiled(() -> s.c().respond(0x7777, 0), b -> b[25] ^= 1))));
  }

  private static Stream<Misdeed> ownFields() {
    int datal = PduFields.DATAL;
    return Stream.of(
        field(
            "DATAL above what PLEN leaves",
            datal,
            s -> s.spoiled(() -> s.data(0, 64, LAST), b -> LittleEndian.put32(b, datal, 68))),
        field(
            "DATAL below what PLEN leaves",
            datal,
            s -> s.spoiled(() -> s.data(0, 64, LAST), b -> LittleEndian.put32(b, datal, 60))),
        field(
            "DATAL 0 with data",
            datal,
            s -> s.spoiled(() -> s.data(0, 64, LAST), b -> LittleEndian.put32(b, datal, 0))),
        field(
            "DATAL FFFFFFFFh",
            datal,
            s -> s.spoiled(() -> s.data(0, 64, LAST), b -> LittleEndian.put32(b, datal, -1))),
        field("an R2T for nothing", PduFields.R2TL, s -> s.c().r2t(s.write(), 1, 0, 0)),
        row(
            "DATAO FFFFFFFCh",
            DATA_OUT_OF_RANGE,
            0,
            s ->
                s.spoiled(
                    () -> s.data(0, 64, LAST), b -> LittleEndian.put32(b, PduFields.DATAO, -4))),
        row(
            "an R2T beyond 4 GiB",
            DATA_OUT_OF_RANGE,
            0,
            s -> s.c().r2t(s.write(), 1, 0xFFFF_FFF0L, 0xFFFF_FFF0L)));
  }
}
