package io.nvmetcp.target.subsystem;

import io.nvmetcp.nvme.Status;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of asking a subsystem for a controller.
 *
 * @param status success, or why there is none
 * @param controller null without success
 */
record Admission(int status, @Nullable Controller controller) {
  static Admission of(Controller controller) {
    return new Admission(Status.SUCCESS, controller);
  }

  static Admission refused(int status) {
    return new Admission(status, null);
  }
}
