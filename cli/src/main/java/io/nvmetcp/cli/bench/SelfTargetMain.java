package io.nvmetcp.cli.bench;

import io.nvmetcp.cli.Main;
import java.io.IOException;

/**
 * A target in a process of its own, for the process that started it: it ends when its standard
 * input does, and so also when that process was killed.
 */
public final class SelfTargetMain {
  private SelfTargetMain() {}

  /** Takes the words of {@code nvmetcp target}. */
  public static void main(String[] args) {
    Thread.ofPlatform().daemon().name("parent").start(SelfTargetMain::awaitParent);
    Main.main(args);
  }

  private static void awaitParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; only the end matters.
      }
    } catch (IOException e) {
      System.err.println("nvmetcp: " + e.getMessage());
    }
    System.exit(0);
  }
}
