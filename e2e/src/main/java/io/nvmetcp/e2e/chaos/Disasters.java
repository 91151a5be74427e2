package io.nvmetcp.e2e.chaos;

import io.nvmetcp.e2e.proxy.TcpProxy;
import io.nvmetcp.e2e.proxy.Weather;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What goes wrong, one thing after the other, as a seed decides. Belongs to one thread. */
final class Disasters {
  /** What can go wrong. */
  enum Kind {
    /** Every connection ends in the middle of whatever was under way. */
    CUT,
    /** Every connection is reset. */
    RESET,
    /** Nothing passes for a while, and nobody is told. */
    STALL,
    /** From now on everything comes in other pieces, and later. */
    WEATHER,
    /** New connections are refused for a while, and those there are cut. */
    REFUSE,
    /** The target is killed and started anew. */
    KILL
  }

  // Cuts are cheap and say most; a target takes a while to be there again.
  private static final List<Kind> DECK =
      Stream.of(
              Collections.nCopies(5, Kind.CUT),
              Collections.nCopies(3, Kind.RESET),
              Collections.nCopies(3, Kind.STALL),
              Collections.nCopies(2, Kind.WEATHER),
              Collections.nCopies(1, Kind.REFUSE),
              Collections.nCopies(2, Kind.KILL))
          .flatMap(List::stream)
          .toList();
  private static final int SOON = 2;
  private static final int PATIENT_BYTES = 2048;
  private static final int MOST_DELAY_MILLIS = 2;
  private static final long SECONDS = 30;
  private static final int LEAST_PAUSE_MILLIS = 200;
  private static final int MOST_PAUSE_MILLIS = 1200;
  private static final int LEAST_STALL_MILLIS = 50;
  private static final int MOST_STALL_MILLIS = 1500;

  private final TcpProxy proxy;
  private final Victim victim;
  private final SplittableRandom random;
  private final List<Kind> deck = new ArrayList<>();
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  Disasters(TcpProxy proxy, Victim victim, long seed) {
    this.proxy = proxy;
    this.victim = victim;
    random = new SplittableRandom(seed);
  }

  /** A pause, and then something goes wrong. */
  void next() throws Exception {
    Thread.sleep(random.nextInt(LEAST_PAUSE_MILLIS, MOST_PAUSE_MILLIS));
    if (deck.isEmpty()) {
      deck.addAll(DECK);
      for (int i = deck.size() - 1; i > 0; i--) {
        Collections.swap(deck, i, random.nextInt(i + 1));
      }
      // However short it is, the target dies in it.
      Collections.swap(deck, deck.indexOf(Kind.KILL), deck.size() - 1 - random.nextInt(SOON));
    }
    Kind kind = deck.removeLast();
    counts.merge(kind, 1, Integer::sum);
    happen(kind);
  }

  private void happen(Kind kind) throws Exception {
    switch (kind) {
      case CUT -> await(proxy.cutAll());
      case RESET -> await(proxy.resetAll());
      case STALL -> {
        await(proxy.stall(true));
        Thread.sleep(random.nextInt(LEAST_STALL_MILLIS, MOST_STALL_MILLIS));
        await(proxy.stall(false));
      }
      case WEATHER -> {
        int most = 1 << random.nextInt(4, 16);
        // Small pieces that are late as well would leave no time for anything but connecting.
        int late = most < PATIENT_BYTES ? 0 : random.nextInt(MOST_DELAY_MILLIS + 1);
        await(proxy.weather(new Weather(0, late, 1 + random.nextInt(most), most)));
      }
      case REFUSE -> {
        await(proxy.refuse(true));
        await(proxy.cutAll());
        Thread.sleep(random.nextInt(LEAST_STALL_MILLIS, MOST_STALL_MILLIS));
        await(proxy.refuse(false));
      }
      case KILL -> victim.killAndRestart(proxy);
    }
  }

  /** Everything is well again. */
  void over() throws Exception {
    await(proxy.stall(false));
    await(proxy.refuse(false));
    await(proxy.weather(Weather.FAIR));
  }

  private static void await(Future<Void> done) throws Exception {
    done.await(SECONDS, TimeUnit.SECONDS);
  }

  Map<Kind, Integer> counts() {
    return Map.copyOf(counts);
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(each -> each.getKey().name().toLowerCase(Locale.ROOT) + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }
}
