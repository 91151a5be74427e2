package io.nvmetcp.ddp;

import io.nvmetcp.crc.ledger.Voucher;
import java.util.Set;

/** Whoever moves bytes from the wire to memory. Safe for use by many threads. */
public interface DdpDevice {

  /** The device's name in options and reports. */
  String name();

  /** What it can take. */
  DeviceLimits limits();

  /** What it can do. */
  Set<Capability> capabilities();

  /** Whose word its crc-ok bits are. */
  Voucher voucher();

  /**
   * Adds a queue, after its connection was initialized.
   *
   * @param config what the queue is like
   * @param framing how its stream is framed
   * @param upper gets the stream; called on the queue's thread only
   * @return the queue, or one that offloads nothing if the device refused: see {@link
   *     DdpQueue#offloaded()}
   */
  DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper);
}
