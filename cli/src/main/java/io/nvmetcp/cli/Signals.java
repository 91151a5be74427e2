package io.nvmetcp.cli;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals of the operating system, on a thread of the JVM for each. Java has no public API for
 * them; where the usual one is missing, nothing happens and the signals keep their usual effect.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
  // Handlers are held here, for nobody else may.
  private static final Map<String, Object> HANDLERS = new ConcurrentHashMap<>();

  private Signals() {}

  /**
   * From now on {@code action} runs when the signal comes.
   *
   * @param name without SIG: {@code HUP}
   * @return false if this platform has no such signal, or does not give it to us
   */
  static boolean handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> args != null && self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "handler of " + name;
                  });
      HANDLERS.put(name, proxy);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException e) {
      LOG.debug("no handler for signal {}", name, e);
      return false;
    }
  }
}
