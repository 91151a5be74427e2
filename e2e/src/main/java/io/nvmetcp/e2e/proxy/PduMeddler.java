package io.nvmetcp.e2e.proxy;

import io.nvmetcp.pdu.stream.Pdu;
import java.util.List;

/** Decides what a {@link PduProxy} passes on. Called on the proxy's event loop. */
@FunctionalInterface
public interface PduMeddler {
  /** Passes everything on as it came. */
  PduMeddler NONE = (connection, way, pdu) -> List.of(pdu);

  /**
   * What goes on in place of a PDU: nothing, if it is lost or held back; itself; itself and others.
   *
   * @param connection numbered from 0 in the order of their arrival
   * @param way where it travels
   * @param pdu of any type but ICReq and ICResp
   */
  List<Pdu> meddle(int connection, Way way, Pdu pdu);
}
