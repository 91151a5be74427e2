package io.nvmetcp.cli;

/** Log levels of the process; to be set before the first logger is made. */
final class Logging {
  private Logging() {}

  /** The events of associations are shown with their time; what else is logged stays as it is. */
  static void showAssociations() {
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    System.setProperty("org.slf4j.simpleLogger.log.io.nvmetcp.target.associations", "info");
  }

  static void configure(boolean debug) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", debug ? "info" : "warn");
    if (debug) {
      System.setProperty("org.slf4j.simpleLogger.log.io.nvmetcp", "debug");
    }
    // Vert.x logs through java.util.logging unless told otherwise.
    System.setProperty(
        "vertx.logger-delegate-factory-class-name",
        "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }
}
