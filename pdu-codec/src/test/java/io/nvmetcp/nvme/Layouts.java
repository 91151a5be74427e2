package io.nvmetcp.nvme;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

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
}
