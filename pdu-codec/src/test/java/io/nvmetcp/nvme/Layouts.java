package io.nvmetcp.nvme;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.function.UnaryOperator;

/**
 * Rebuilds a structure of a specification field by field, so that the offsets in the code can be
 * compared with sums of widths, which is how the specification's tables are read.
 */
public final class Layouts {
  private final List<MemoryLayout> fields = new ArrayList<>();

  private Layouts() {}

  /** An empty structure. */
  public static Layouts struct() {
    return new Layouts();
  }

  /** A field of {@code bytes} bytes. */
  public Layouts field(String name, int bytes) {
    fields.add(MemoryLayout.sequenceLayout(bytes, ValueLayout.JAVA_BYTE).withName(name));
    return this;
  }

  /** Bytes that the specification reserves, or that this project does not name. */
  public Layouts other(int bytes) {
    fields.add(MemoryLayout.paddingLayout(bytes));
    return this;
  }

  /** The structure, which must come out at {@code bytes} bytes. */
  public StructLayout ofBytes(int bytes) {
    StructLayout layout = MemoryLayout.structLayout(fields.toArray(MemoryLayout[]::new));
    assertThat(layout.byteSize()).isEqualTo(bytes);
    return layout;
  }

  /** Where a field stands. */
  public static int offset(StructLayout layout, String field) {
    return (int) layout.byteOffset(groupElement(field));
  }

  /** Compares offsets: names and values in turn. */
  public static void compare(StructLayout layout, Object... namesAndOffsets) {
    for (int i = 0; i < namesAndOffsets.length; i += 2) {
      String name = (String) namesAndOffsets[i];
      assertThat(namesAndOffsets[i + 1]).as(name).isEqualTo(offset(layout, name));
    }
    long named = layout.memberLayouts().stream().filter(field -> field.name().isPresent()).count();
    assertThat(namesAndOffsets.length / 2)
        .as("every named field is compared")
        .isEqualTo((int) named);
  }

  /** Compares every named field with the constant of the same name in {@code type}. */
  public static void matches(StructLayout layout, Class<?> type) {
    int at = 0;
    for (MemoryLayout field : layout.memberLayouts()) {
      if (field.name().isPresent()) {
        assertThat(constant(type, field.name().get())).as(field.name().get()).isEqualTo(at);
      }
      at += (int) field.byteSize();
    }
  }

  private static int constant(Class<?> type, String name) {
    try {
      return type.getField(name).getInt(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(type + " does not name " + name, e);
    }
  }

  /** Reads a property of all bits, random ones too: what has a name comes back, the rest is 0. */
  public static void keepsNamedBitsOnly(long named, LongUnaryOperator readAndWrite) {
    assertThat(readAndWrite.applyAsLong(-1)).isEqualTo(named);
    assertThat(readAndWrite.applyAsLong(0)).isZero();
    var random = new Random(named);
    for (int round = 0; round < 200; round++) {
      long bits = random.nextLong();
      assertThat(readAndWrite.applyAsLong(bits)).as("%x", bits).isEqualTo(bits & named);
    }
  }

  /**
   * Reads a structure of all ones and writes it again: what has a name must come back, what has
   * none must be zero. Proves offsets, widths and reserved bytes in one go.
   */
  public static void keepsNamedBytesOnly(StructLayout layout, UnaryOperator<byte[]> readAndWrite) {
    byte[] ones = new byte[(int) layout.byteSize()];
    Arrays.fill(ones, (byte) 0xFF);
    byte[] expected = new byte[ones.length];
    int at = 0;
    for (MemoryLayout field : layout.memberLayouts()) {
      int end = at + (int) field.byteSize();
      if (field.name().isPresent()) {
        Arrays.fill(expected, at, end, (byte) 0xFF);
      }
      at = end;
    }
    assertThat(readAndWrite.apply(ones)).isEqualTo(expected);
  }

  /** As above for random content: every named byte comes back as it was. */
  public static void roundTrips(
      StructLayout layout, long seed, UnaryOperator<byte[]> readAndWrite) {
    var random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      byte[] bytes = new byte[(int) layout.byteSize()];
      int at = 0;
      for (MemoryLayout field : layout.memberLayouts()) {
        int end = at + (int) field.byteSize();
        for (int i = at; i < end && field.name().isPresent(); i++) {
          bytes[i] = (byte) random.nextInt();
        }
        at = end;
      }
      assertThat(readAndWrite.apply(bytes.clone())).as("seed %d", seed).isEqualTo(bytes);
    }
  }
}
