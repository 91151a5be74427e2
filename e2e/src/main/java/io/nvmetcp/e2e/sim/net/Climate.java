package io.nvmetcp.e2e.sim.net;

import io.nvmetcp.e2e.sim.kernel.Dice;

/** What connections are like in a world: where their weather and their buffers come from. */
public interface Climate {
  /** The weather of one direction of a new connection. */
  Weather weather(Dice dice);

  /** Payloads up to this are copied when they are sent. */
  int copyLimitBytes(Dice dice);

  /** What may wait at a target's socket before no more is taken. */
  long targetHighBytes(Dice dice);

  /** What a host's sockets do wrong with the memory they were lent. */
  LeaseFault hostLeaseFault();

  /** What a target's sockets do wrong with the memory they were lent. */
  LeaseFault targetLeaseFault();
}
