package io.nvmetcp.cli.decode;

import java.io.IOException;

/** The input is no capture and no hex dump, or breaks off; the message says where. */
public final class MalformedInputException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, and at which byte or line
   */
  public MalformedInputException(String message) {
    super(message);
  }
}
