package io.nvmetcp.ddp;

import io.nvmetcp.crc.ledger.Voucher;

/** Whoever moves bytes from the wire to memory. Safe for use by many threads. */
public interface DdpDevice {

  /** The device's name in options and reports. */
  String name();

  /** What it can take; known before any queue is added, so that I/O can be sized to fit. */
  DeviceLimits limits();

  /** What it can do, is wanted to do, and does. */
  Capabilities capabilities();

  /** Whose word its crc-ok bits are. */
  Voucher voucher();

  /**
   * Adds a queue, after its connection was initialized.
   *
   * @param config what the queue is like
   * @param framing how its stream is framed
   * @param upper gets the stream; called on the queue's thread only
   * @return the queue, or one that offloads nothing if the device refused: see {@link
   *     DdpQueue#offloaded()}. Either is deleted when it is no longer needed
   */
  DdpQueue addQueue(QueueConfig config, Framing framing, UpperLayer upper);

  /**
   * Takes the device out of service: nothing more is mapped or placed, every queue's upper layer is
   * told {@link UpperLayer#deviceDown}, and added queues are refused. Streams go on, unplaced.
   */
  default void down() {}

  /**
   * Puts it back: every upper layer that was told of the end is told {@link UpperLayer#deviceUp}.
   */
  default void up() {}
}
