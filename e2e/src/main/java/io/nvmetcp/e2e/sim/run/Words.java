package io.nvmetcp.e2e.sim.run;

import io.nvmetcp.e2e.sim.Trouble;
import io.nvmetcp.e2e.sim.plant.Plant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of faults on the command line. */
final class Words {
  private Words() {}

  private static <E> E find(String word, E[] all, Function<E, String> name) {
    for (E each : all) {
      if (name.apply(each).equals(word)) {
        return each;
      }
    }
    throw new TypeConversionException(
        "'" + word + "' is none of " + String.join(", ", names(all, name)));
  }

  private static <E> List<String> names(E[] all, Function<E, String> name) {
    return Arrays.stream(all).map(name).toList();
  }

  /** All classes of faults. */
  static final class Troubles implements Iterable<String> {
    Troubles() {}

    @Override
    public Iterator<String> iterator() {
      return names(Trouble.values(), Trouble::option).iterator();
    }
  }

  /** A class of faults. */
  static final class TroubleOf implements ITypeConverter<Trouble> {
    TroubleOf() {}

    @Override
    public Trouble convert(String word) {
      return find(word, Trouble.values(), Trouble::option);
    }
  }

  /** All faults that can be planted. */
  static final class PlantNames implements Iterable<String> {
    PlantNames() {}

    @Override
    public Iterator<String> iterator() {
      return names(Plant.values(), Plant::option).iterator();
    }
  }

  /** A fault that can be planted. */
  static final class PlantOf implements ITypeConverter<Plant> {
    PlantOf() {}

    @Override
    public Plant convert(String word) {
      return find(word, Plant.values(), Plant::option);
    }
  }
}
