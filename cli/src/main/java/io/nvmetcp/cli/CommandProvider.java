package io.nvmetcp.cli;

/** Adds a command to {@code nvmetcp}; found through {@link java.util.ServiceLoader}. */
public interface CommandProvider {
  /** An object of picocli's with a name and a description of its own, a new one at each call. */
  Object command();
}
