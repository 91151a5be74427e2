package io.nvmetcp.initiator;

/** Where the life of a controller stands. */
public enum ControllerState {
  /** Commands are carried out. */
  LIVE,
  /**
   * The association is lost and is being made anew; what waits, and what fails, the options say.
   */
  RECONNECTING,
  /** It is being shut down by this host: commands that run end, new ones are refused. */
  CLOSING,
  /** It is gone, for good. */
  ENDED
}
