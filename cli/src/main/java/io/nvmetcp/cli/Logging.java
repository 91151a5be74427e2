package io.nvmetcp.cli;

/** Log levels of the process; to be set before the first logger is made. */
final class Logging {
  private Logging() {}

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
