package io.nvmetcp.ddp;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a device can do, what it is wanted to do, and what it does: the third is what both others
 * hold, as long as the device is up. Safe for use by many threads; a change takes effect with the
 * next setup and the next PDU, and never fails an I/O.
 */
public final class Capabilities {
  private final int hardware;
  private volatile int wanted;
  private volatile int active;
  private boolean up = true;

  /** A device that can do this; all of it is wanted. */
  public Capabilities(Set<Capability> hardware) {
    this.hardware = bits(hardware);
    wanted = this.hardware;
    active = this.hardware;
  }

  private static int bits(Set<Capability> set) {
    int bits = 0;
    for (Capability capability : set) {
      bits |= 1 << capability.ordinal();
    }
    return bits;
  }

  private static Set<Capability> set(int bits) {
    Set<Capability> set = EnumSet.noneOf(Capability.class);
    for (Capability capability : Capability.values()) {
      if ((bits & 1 << capability.ordinal()) != 0) {
        set.add(capability);
      }
    }
    return set;
  }

  /** What the device can do at all. */
  public Set<Capability> hardware() {
    return set(hardware);
  }

  /** What it is wanted to do, whether it can or not. */
  public Set<Capability> wanted() {
    return set(wanted);
  }

  /** What it does at present. */
  public Set<Capability> active() {
    return set(active);
  }

  /** True if the device does this at present. */
  public boolean active(Capability capability) {
    return (active & 1 << capability.ordinal()) != 0;
  }

  /** Says what the device is wanted to do from now on. */
  public synchronized void want(Set<Capability> set) {
    wanted = bits(set);
    settle();
  }

  /** Nothing is active while a device is down; what is wanted is remembered. */
  public synchronized void up(boolean value) {
    up = value;
    settle();
  }

  private void settle() {
    active = up ? hardware & wanted : 0;
  }
}
