package io.nvmetcp.loadgen.job;

import io.nvmetcp.initiator.DeviceSpec;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be said of a job, with the value it has if nothing is said. Several words may
 * set the same key, as {@code rwmixread} and {@code rwmixwrite}.
 *
 * @param <T> type of the value
 */
public final class JobKey<T> {
  /** The pattern. */
  public static final JobKey<Rw> RW = new JobKey<>(Rw.READ);

  /** Reads in a mix, in percent. */
  public static final JobKey<Integer> READ_PERCENT = new JobKey<>(50);

  /** Sizes of I/Os. */
  public static final JobKey<PerOperation<BlockSizes>> SIZES =
      new JobKey<>(PerOperation.all(BlockSizes.DEFAULT));

  /** I/Os outstanding. */
  public static final JobKey<Integer> DEPTH = new JobKey<>(1);

  /** Clones of the job. */
  public static final JobKey<Integer> NUMJOBS = new JobKey<>(1);

  /** The namespace, 0 for the first. */
  public static final JobKey<Long> NSID = new JobKey<>(0L);

  /** Length of the part of the namespace that is used; nothing for all of it. */
  public static final JobKey<Amount> SIZE = new JobKey<>(Amount.NONE);

  /** Bytes to move in one loop; nothing for as many as the part has. */
  public static final JobKey<Amount> IO_SIZE = new JobKey<>(Amount.NONE);

  /** Where the part begins. */
  public static final JobKey<Amount> OFFSET = new JobKey<>(Amount.NONE);

  /** How much further it begins for each next clone. */
  public static final JobKey<Amount> OFFSET_INCREMENT = new JobKey<>(Amount.NONE);

  /** I/Os after which a job ends; 0 for no limit. */
  public static final JobKey<Long> NUMBER_IOS = new JobKey<>(0L);

  /** How often the job is run. */
  public static final JobKey<Integer> LOOPS = new JobKey<>(1);

  /** Longest time, nanoseconds; 0 for no limit. */
  public static final JobKey<Long> RUNTIME_NS = new JobKey<>(0L);

  /** The whole time is used, however often the part is gone through. */
  public static final JobKey<Boolean> TIME_BASED = new JobKey<>(false);

  /** Time before anything is counted, nanoseconds. */
  public static final JobKey<Long> RAMP_NS = new JobKey<>(0L);

  /** When I/Os are due. */
  public static final JobKey<PerOperation<Rate>> RATE = new JobKey<>(PerOperation.all(Rate.NONE));

  /** I/Os are due at random times of that rate on average, not at even distances. */
  public static final JobKey<Boolean> POISSON = new JobKey<>(false);

  /** How random places are spread. */
  public static final JobKey<Distribution> DISTRIBUTION = new JobKey<>(Distribution.UNIFORM);

  /** Random places may repeat before all were visited. */
  public static final JobKey<Boolean> NO_RANDOM_MAP = new JobKey<>(false);

  /** Decides every random choice, if given. */
  public static final JobKey<Optional<Long>> SEED = new JobKey<>(Optional.empty());

  /** How content is checked. */
  public static final JobKey<VerifyMethod> VERIFY = new JobKey<>(VerifyMethod.NONE);

  /** What blocks are filled with. */
  public static final JobKey<Optional<BytePattern>> VERIFY_PATTERN = new JobKey<>(Optional.empty());

  /** The first wrong block ends the job. */
  public static final JobKey<Boolean> VERIFY_FATAL = new JobKey<>(false);

  /** What was written is read again at the end. */
  public static final JobKey<Boolean> DO_VERIFY = new JobKey<>(true);

  /** Nothing is written: only what an earlier run wrote is read and checked. */
  public static final JobKey<Boolean> VERIFY_ONLY = new JobKey<>(false);

  /** What was written is remembered in a file as it happens. */
  public static final JobKey<Boolean> VERIFY_STATE_SAVE = new JobKey<>(false);

  /** What an earlier run wrote is taken from its file. */
  public static final JobKey<Boolean> VERIFY_STATE_LOAD = new JobKey<>(false);

  /** Writes between two syncs; 0 for none. */
  public static final JobKey<Integer> FSYNC = new JobKey<>(0);

  /** A sync ends the writing. */
  public static final JobKey<Boolean> END_FSYNC = new JobKey<>(false);

  /** Pause between I/Os, nanoseconds. */
  public static final JobKey<Long> THINKTIME_NS = new JobKey<>(0L);

  /** I/Os between two pauses. */
  public static final JobKey<Integer> THINKTIME_BLOCKS = new JobKey<>(1);

  /** One report for all jobs of a group. */
  public static final JobKey<Boolean> GROUP_REPORTING = new JobKey<>(false);

  /** A group of reports begins here. */
  public static final JobKey<Boolean> NEW_GROUP = new JobKey<>(false);

  /** The jobs above end first. */
  public static final JobKey<Boolean> STONEWALL = new JobKey<>(false);

  /** Percentiles of the reports; fio's list by default. */
  public static final JobKey<List<Double>> PERCENTILES =
      new JobKey<>(
          List.of(
              1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0, 99.5,
              99.9, 99.95, 99.99));

  /** First part of the names of latency logs; empty for none. */
  public static final JobKey<String> LATENCY_LOG = new JobKey<>("");

  /** Latency logs tell positions too. */
  public static final JobKey<Boolean> LOG_OFFSET = new JobKey<>(false);

  /** Which errors the job survives. */
  public static final JobKey<Tolerance> CONTINUE_ON_ERROR = new JobKey<>(Tolerance.NONE);

  /** Free text. */
  public static final JobKey<String> DESCRIPTION = new JobKey<>("");

  /** Who places payloads. */
  public static final JobKey<DeviceSpec> DEVICE = new JobKey<>(DeviceSpec.SOCKET);

  /** Header digests. */
  public static final JobKey<Boolean> HDGST = new JobKey<>(false);

  /** Data digests. */
  public static final JobKey<Boolean> DDGST = new JobKey<>(false);

  /** Answers are polled for. */
  public static final JobKey<Boolean> HIPRI = new JobKey<>(false);

  /** I/O queues; 0 for as many as jobs run at a time. */
  public static final JobKey<Integer> QUEUES = new JobKey<>(0);

  /** Order of responses of a target that is started for the run; empty for its default. */
  public static final JobKey<String> POLICY = new JobKey<>("");

  /** What is always so: said or not, it changes nothing. */
  static final JobKey<Boolean> GIVEN = new JobKey<>(true);

  private final T ifNotSaid;

  private JobKey(T ifNotSaid) {
    this.ifNotSaid = ifNotSaid;
  }

  /** The value if nothing is said. */
  public T ifNotSaid() {
    return ifNotSaid;
  }
}
