package io.nvmetcp.ddp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The behaviours D1 to D16 are a list; here it is compared with the tests there are. */
final class BehavioursTest {
  private static final Pattern NUMBER = Pattern.compile("d(\\d\\d)_\\w+");
  private static final List<Class<?>> EVERY_DEVICE =
      List.of(NoneDeviceTest.class, SocketDeviceTest.class, SimulatedDeviceTest.class);

  private static Set<Integer> behaviours(Stream<Class<?>> tests) {
    return tests
        .flatMap(type -> Stream.<Class<?>>iterate(type, t -> t != null, Class::getSuperclass))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(BehavioursTest::runs)
        .map(method -> NUMBER.matcher(method.getName()))
        .filter(Matcher::matches)
        .map(matcher -> Integer.parseInt(matcher.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean runs(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class);
  }

  private static Stream<Class<?>> nested(Class<?> test) {
    return Arrays.<Class<?>>stream(test.getDeclaredClasses())
        .filter(type -> type.isAnnotationPresent(Nested.class));
  }

  private static Set<Integer> range(int first, int last) {
    return IntStream.rangeClosed(first, last)
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyDeviceIsTestedForTheBehavioursOfEveryDevice() {
    Set<Integer> every = range(1, 15);
    every.removeAll(range(5, 8));
    for (Class<?> device : EVERY_DEVICE) {
      assertThat(behaviours(nested(device))).as(device.getSimpleName()).isEqualTo(every);
    }
  }

  @Test
  void packetsAreTheSimulatedDevicesAndRealReadsTheSockets() throws ClassNotFoundException {
    assertThat(behaviours(Stream.of(Class.forName("io.nvmetcp.ddp.nic.SimulatedResyncTest"))))
        .isEqualTo(range(5, 8));
    assertThat(behaviours(Stream.of(Class.forName("io.nvmetcp.ddp.socket.LoopbackTest"))))
        .isEqualTo(range(16, 16));
  }
}
