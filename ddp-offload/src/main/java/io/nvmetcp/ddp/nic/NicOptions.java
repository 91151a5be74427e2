package io.nvmetcp.ddp.nic;

import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.fault.FaultRates;

/**
 * What a simulated NIC is like.
 *
 * @param limits what it can take
 * @param rxQueues its receive queues
 * @param packetBytes stream bytes of a packet
 * @param rates how often something goes wrong
 */
public record NicOptions(DeviceLimits limits, int rxQueues, int packetBytes, FaultRates rates) {
  private static final int RX_QUEUES = 4;
  private static final int MAX_SEGMENTS = 16;
  private static final int PACKET_BYTES = 1448;

  /** Takes every buffer; packets as on Ethernet. */
  public static final DeviceLimits LIMITS =
      new DeviceLimits(Integer.MAX_VALUE, MAX_SEGMENTS, Integer.MAX_VALUE, 1);

  /** Refuses a NIC without queues or packets. */
  public NicOptions {
    if (rxQueues < 1 || packetBytes < 1) {
      throw new IllegalArgumentException("a NIC has receive queues and packets");
    }
  }

  /** A NIC with these faults. */
  public static NicOptions of(FaultRates rates) {
    return new NicOptions(LIMITS, RX_QUEUES, PACKET_BYTES, rates);
  }

  /** The same with other limits. */
  public NicOptions with(DeviceLimits other) {
    return new NicOptions(other, rxQueues, packetBytes, rates);
  }

  /** The same with packets of another size. */
  public NicOptions withPacketBytes(int bytes) {
    return new NicOptions(limits, rxQueues, bytes, rates);
  }
}
