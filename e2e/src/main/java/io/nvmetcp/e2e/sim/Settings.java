package io.nvmetcp.e2e.sim;

import io.nvmetcp.e2e.sim.plant.Plant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is not left to the seed. A limit of 0 is none: the seed's draw counts, up to the limit.
 *
 * @param off classes of faults that are switched off
 * @param hosts most hosts
 * @param targets most targets
 * @param queues most I/O queues of a host
 * @param depth most operations of an application at a time
 * @param operations operations of a world
 * @param plant a fault that is planted, to see that it is found
 */
public record Settings(
    Set<Trouble> off,
    int hosts,
    int targets,
    int queues,
    int depth,
    int operations,
    @Nullable Plant plant) {
  /** Everything is left to the seed. */
  public static final Settings NONE = new Settings(Set.of(), 0, 0, 0, 0, 0, null);

  /** Copies the set. */
  public Settings {
    off = off.isEmpty() ? Set.of() : Set.copyOf(off);
  }

  /** Also with this class of faults switched off. */
  public Settings without(Trouble trouble) {
    EnumSet<Trouble> more = EnumSet.of(trouble);
    more.addAll(off);
    return new Settings(more, hosts, targets, queues, depth, operations, plant);
  }

  /** With other limits; 0 keeps one as it is. */
  public Settings limit(int newHosts, int newTargets, int newQueues, int newDepth) {
    return new Settings(
        off,
        newHosts == 0 ? hosts : newHosts,
        newTargets == 0 ? targets : newTargets,
        newQueues == 0 ? queues : newQueues,
        newDepth == 0 ? depth : newDepth,
        operations,
        plant);
  }

  /** With so many operations. */
  public Settings withOperations(int count) {
    return new Settings(off, hosts, targets, queues, depth, count, plant);
  }

  /** With a fault planted. */
  public Settings with(Plant fault) {
    return new Settings(off, hosts, targets, queues, depth, operations, fault);
  }

  static int limit(int drawn, int most) {
    return most == 0 ? drawn : Math.min(drawn, most);
  }

  /** As options of the command line. */
  public String options() {
    List<String> options = new ArrayList<>();
    if (!off.isEmpty()) {
      options.add("--off " + String.join(",", off.stream().sorted().map(Trouble::option).toList()));
    }
    add(options, "hosts", hosts);
    add(options, "targets", targets);
    add(options, "queues", queues);
    add(options, "depth", depth);
    add(options, "operations", operations);
    if (plant != null) {
      options.add("--plant " + plant.option());
    }
    return String.join(" ", options);
  }

  private static void add(List<String> options, String name, int value) {
    if (value > 0) {
      options.add("--" + name + " " + value);
    }
  }
}
