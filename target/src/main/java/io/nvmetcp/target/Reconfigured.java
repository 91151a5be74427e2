package io.nvmetcp.target;

import java.util.List;

/**
 * What became of other options for a running target.
 *
 * @param changes what was changed, a line each, in that order
 * @param atNextStart names of the options that differ and that a running target does not take
 */
public record Reconfigured(List<String> changes, List<String> atNextStart) {
  /** Copies the lists. */
  public Reconfigured {
    changes = List.copyOf(changes);
    atNextStart = List.copyOf(atNextStart);
  }
}
