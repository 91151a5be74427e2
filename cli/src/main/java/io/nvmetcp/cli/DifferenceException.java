package io.nvmetcp.cli;

import java.io.IOException;

/** Two things were compared and are not the same. */
final class DifferenceException extends IOException {
  private static final long serialVersionUID = 1L;

  DifferenceException(String message) {
    super(message);
  }
}
