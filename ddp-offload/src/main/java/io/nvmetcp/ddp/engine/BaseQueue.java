package io.nvmetcp.ddp.engine;

import io.nvmetcp.ddp.Capabilities;
import io.nvmetcp.ddp.Capability;
import io.nvmetcp.ddp.DdpQueue;
import io.nvmetcp.ddp.DeviceLimits;
import io.nvmetcp.ddp.PduShape;
import io.nvmetcp.ddp.QueueConfig;
import io.nvmetcp.ddp.ReadWindow;
import io.nvmetcp.ddp.SetupResult;
import io.nvmetcp.ddp.TeardownMode;
import io.nvmetcp.ddp.UpperLayer;
import io.nvmetcp.ddp.memory.HeldBuffer;
import io.nvmetcp.ddp.memory.Region;
import io.nvmetcp.ddp.memory.RegionKind;
import io.nvmetcp.ddp.memory.RegionRegistry;
import io.nvmetcp.ddp.memory.ScatterList;
import io.nvmetcp.ddp.stats.DdpCounter;
import io.nvmetcp.ddp.stats.DdpCounters;
import org.jspecify.annotations.Nullable;

/**
 * What all queues of all devices do alike: the tag table, the life of a mapping and its teardown,
 * the staging memory, the counters.
 */
public abstract class BaseQueue implements DdpQueue {
  /** Size of the staging memory of most queues, and of the largest read that is not placed. */
  protected static final int STAGING_BYTES = 64 * 1024;

  private enum WindowState {
    /** None is out. */
    IN,
    /** The transport has it. */
    AWAIT_BYTES,
    /** It is back, and what it brought is being handed up. */
    AWAIT_UPPER
  }

  private final Admission admission;
  private final QueueConfig config;
  private final UpperLayer upper;
  private final TagTable tags;
  private final DdpCounters counters = new DdpCounters();
  private final Region staging;
  private final ReadWindow window;
  // Tags torn down and not yet reported, oldest first; as many as there are entries.
  private final int[] reaped;
  private int reapedHead;
  private int reapedCount;
  private WindowState windowState = WindowState.IN;
  private boolean deleted;
  private boolean reportDue;
  private @Nullable Mapping windowMapping;
  private @Nullable Runnable onDeleted;

  /** Adds a queue; its staging memory comes from {@code registry}. */
  protected BaseQueue(
      DeviceLimits limits,
      Capabilities capabilities,
      QueueConfig config,
      UpperLayer upper,
      RegionRegistry registry) {
    this(limits, capabilities, config, upper, registry, STAGING_BYTES);
  }

  /** Adds a queue with so much staging memory, which comes from {@code registry}. */
  protected BaseQueue(
      DeviceLimits limits,
      Capabilities capabilities,
      QueueConfig config,
      UpperLayer upper,
      RegionRegistry registry,
      int stagingBytes) {
    this.config = config;
    this.upper = upper;
    tags = new TagTable(config.entries());
    admission = new Admission(limits, capabilities, tags, counters);
    reaped = new int[tags.size()];
    staging = registry.register(stagingBytes);
    window = new ReadWindow(staging);
  }

  /** The protocol above. */
  protected final UpperLayer upper() {
    return upper;
  }

  /** The staging memory. */
  protected final Region staging() {
    return staging;
  }

  /** What the queue was added with. */
  protected final QueueConfig config() {
    return config;
  }

  /** True if the device does this at present; may change from one PDU to the next. */
  protected final boolean active(Capability capability) {
    return admission.active(capability);
  }

  /** True if the device reaches this kind of memory. */
  protected boolean reaches(RegionKind kind) {
    return kind.hostAccess();
  }

  /** To be called once, by {@link #delete()}. */
  final void whenDeleted(Runnable then) {
    onDeleted = then;
  }

  @Override
  public final boolean deleted() {
    return deleted;
  }

  @Override
  public boolean offloaded() {
    return true;
  }

  @Override
  public final DdpCounters counters() {
    return counters;
  }

  @Override
  public final int liveMappings() {
    return tags.live();
  }

  @Override
  public SetupResult setup(int tag, Region region, long offset, int length) {
    SetupResult refusal = admission.refusal(tag, reaches(region.kind()), length, length, 1);
    if (refusal != null) {
      return refusal;
    }
    Mapping mapping = tags.entry(tag);
    if (deleted
        || !region.contains(offset, length)
        || !mapping.buffer.hold(region, offset, length)) {
      return admission.refuse(DdpCounter.SETUP_FAIL_PROTECTION, SetupResult.PROTECTION);
    }
    map(mapping, tag);
    return SetupResult.MAPPED;
  }

  /** What of a buffer in pieces has to reach the threshold: all of it, as a rule. */
  protected int worthBytes(ScatterList buffer) {
    return buffer.lengthBytes();
  }

  @Override
  public SetupResult setup(int tag, ScatterList buffer) {
    boolean reachable = true;
    for (int i = 0; i < buffer.segments(); i++) {
      reachable &= reaches(buffer.segment(i).region().kind());
    }
    SetupResult refusal =
        admission.refusal(
            tag, reachable, worthBytes(buffer), buffer.lengthBytes(), buffer.segments());
    if (refusal != null) {
      return refusal;
    }
    Mapping mapping = tags.entry(tag);
    if (deleted || !mapping.buffer.hold(buffer)) {
      return admission.refuse(DdpCounter.SETUP_FAIL_PROTECTION, SetupResult.PROTECTION);
    }
    map(mapping, tag);
    return SetupResult.MAPPED;
  }

  private void map(Mapping mapping, int tag) {
    mapping.state = Mapping.State.AWAIT_DATA;
    mapping.tag = tag;
    mapping.expectedBytes = mapping.buffer.lengthBytes();
    mapping.epoch++;
    tags.added();
    counters.increment(DdpCounter.SETUP);
    mapped();
  }

  /** A buffer was mapped. */
  protected void mapped() {}

  @Override
  public void teardown(int tag) {
    Mapping mapping = tags.find(tag);
    if (mapping != null) {
      startTeardown(mapping);
    }
  }

  /** How many polls a teardown takes beyond the first; 0 unless a device is slow on purpose. */
  protected int teardownDelay() {
    return 0;
  }

  private void startTeardown(Mapping mapping) {
    mapping.state = Mapping.State.AWAIT_REPORT;
    mapping.delay = deleted ? 0 : teardownDelay();
    if (mapping.delay > 0) {
      counters.increment(DdpCounter.TEARDOWN_LATE);
    }
    reaped[(reapedHead + reapedCount) % reaped.length] = mapping.tag;
    reapedCount++;
  }

  @Override
  public boolean poll() {
    // Only those that wait now: what a report causes waits for the next call. A report may also
    // cause a call of this method, which leaves fewer, or none.
    for (int left = reapedCount; left > 0 && reapedCount > 0; left--) {
      int tag = reaped[reapedHead];
      reapedHead = (reapedHead + 1) % reaped.length;
      reapedCount--;
      Mapping mapping = tags.entry(tag);
      if (mapping.windows > 0 || mapping.delay > 0) {
        mapping.delay = Math.max(0, mapping.delay - 1);
        reaped[(reapedHead + reapedCount) % reaped.length] = tag;
        reapedCount++;
      } else {
        finishTeardown(mapping);
      }
    }
    return reapedCount > 0;
  }

  private void finishTeardown(Mapping mapping) {
    mapping.state = Mapping.State.FREE;
    tags.removed();
    counters.increment(DdpCounter.TEARDOWN);
    mapping.buffer.release();
    upper.teardownDone(mapping.tag);
  }

  /**
   * The mapping that takes this PDU's payload, or null with the reason counted: no mapping, a stale
   * tag, or a range that does not lie in the mapped one.
   */
  protected final @Nullable Mapping resolve(PduShape shape) {
    if (!shape.placeable || !admission.active(Capability.PLACEMENT)) {
      return null;
    }
    Mapping mapping = tags.find(shape.tag);
    if (mapping == null) {
      if (tags.isStale(shape.tag)) {
        counters.increment(DdpCounter.STALE_TAG);
      }
      return null;
    }
    if (shape.bufferOffset < 0
        || shape.bufferOffset > (long) mapping.buffer.lengthBytes() - shape.dataBytes) {
      counters.increment(DdpCounter.OUT_OF_RANGE);
      return null;
    }
    return mapping;
  }

  /** {@code bytes} of a mapping's payload have passed, placed or not. */
  protected final void progress(Mapping mapping, int bytes) {
    if (mapping.state != Mapping.State.AWAIT_DATA) {
      return;
    }
    mapping.expectedBytes -= bytes;
    if (mapping.expectedBytes <= 0 && config.teardown() == TeardownMode.EAGER) {
      startTeardown(mapping);
      reportDue = true;
    }
  }

  /** True if the device itself started a teardown since the last {@link #reportIfDue()}. */
  protected final boolean reportDue() {
    return reportDue;
  }

  /**
   * Reports a teardown that the device itself started, where nothing holds it up, so that it can be
   * done before the response. Only after the bytes that caused it were handed up: the upper layer
   * copies what was not placed, and with the report the buffer is no longer held.
   */
  protected final void reportIfDue() {
    if (reportDue) {
      reportDue = false;
      poll();
    }
  }

  /** Hands out the staging memory, {@code bytes} of it. */
  protected final ReadWindow stagingWindow(int bytes) {
    takeWindow(null);
    window.set(staging, 0, bytes, false);
    return window;
  }

  /** Hands out part of a mapped buffer, which lies within one piece of it. */
  protected final ReadWindow directWindow(Mapping mapping, long offset, int bytes) {
    takeWindow(mapping);
    HeldBuffer buffer = mapping.buffer;
    int piece = buffer.piece(offset);
    window.set(buffer.region(piece), buffer.place(piece, offset), bytes, true);
    return window;
  }

  private void takeWindow(@Nullable Mapping mapping) {
    if (windowState != WindowState.IN) {
      throw new IllegalStateException("a window is out already");
    }
    // A mapping's own hold lasts while it counts a window, also if its region is closing.
    if (mapping != null) {
      mapping.windows++;
    } else if (!staging.hold()) {
      throw new IllegalStateException("the queue is deleted");
    }
    windowState = WindowState.AWAIT_BYTES;
    windowMapping = mapping;
  }

  private void putWindow() {
    windowState = WindowState.IN;
    Mapping mapping = windowMapping;
    windowMapping = null;
    if (mapping != null) {
      mapping.windows--;
    } else {
      staging.release();
    }
    if (deleted) {
      poll();
    }
  }

  private void requireOut() {
    if (windowState != WindowState.AWAIT_BYTES) {
      throw new IllegalStateException("no window is out");
    }
  }

  /**
   * {@code bytes} arrived at the start of {@code returned}, whose memory stays held for the call.
   *
   * @param mapping whose buffer the window is, or null if it is the staging memory
   */
  protected abstract void arrived(ReadWindow returned, @Nullable Mapping mapping, int bytes);

  @Override
  public final void received(int bytes) {
    requireOut();
    if (bytes < 1 || bytes > window.length()) {
      throw new IllegalArgumentException(
          bytes + " bytes cannot have arrived in a window of " + window.length());
    }
    windowState = WindowState.AWAIT_UPPER;
    try {
      if (deleted) {
        counters.add(DdpCounter.DROP, bytes);
      } else {
        arrived(window, windowMapping, bytes);
      }
    } finally {
      // Not before: the upper layer may end the mapping, or the queue, while it reads the bytes.
      putWindow();
    }
    reportIfDue();
  }

  @Override
  public final void windowReturned() {
    requireOut();
    putWindow();
  }

  @Override
  public void delete() {
    if (deleted) {
      return;
    }
    deleted = true;
    for (int i = 0; i < tags.size(); i++) {
      Mapping mapping = tags.at(i);
      mapping.delay = 0;
      if (mapping.state == Mapping.State.AWAIT_DATA) {
        startTeardown(mapping);
      }
    }
    staging.close();
    if (offloaded()) {
      counters.increment(DdpCounter.QUEUE_DEL);
    }
    Runnable then = onDeleted;
    onDeleted = null;
    if (then != null) {
      then.run();
    }
    poll();
  }
}
