package io.nvmetcp.loadgen;

import java.time.Duration;

/**
 * One stretch of load.
 *
 * @param kind what is done
 * @param blockBytes bytes of one I/O
 * @param depth I/Os outstanding per queue
 * @param duration bound in time; {@link Kind#FILL} ends when all is written
 * @param seed decides the order of random I/O
 */
public record Job(Kind kind, int blockBytes, int depth, Duration duration, long seed) {
  /** What a job does. */
  public enum Kind {
    /** Writes each volume's expected content once, from start to end. */
    FILL,
    /** Reads at random places, volumes in turn, and checks every byte. */
    RANDOM_READ
  }
}
