package io.nvmetcp.loadgen.job;

import io.nvmetcp.initiator.DeviceSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A word of a job: one row per option, with what it sets, how its value reads, and its help. */
enum JobWord {
  RW(
      "rw",
      "readwrite",
      JobKey.RW,
      Rw::parse,
      "read, write, trim, randread, randwrite, randtrim, rw, randrw (read)"),
  RWMIXREAD(
      "rwmixread",
      "",
      JobKey.READ_PERCENT,
      t -> Forms.integer(t, 0, 100),
      "percent of reads in a mix (50)"),
  RWMIXWRITE(
      "rwmixwrite",
      "",
      JobKey.READ_PERCENT,
      t -> 100 - Forms.integer(t, 0, 100),
      "percent of writes in a mix (50)"),
  BS(
      "bs",
      "blocksize",
      JobKey.SIZES,
      t -> PerOperation.parse(t, BlockSizes::parseFixed, BlockSizes.DEFAULT),
      "bytes of an I/O: SIZE[,SIZE[,SIZE]] for reads, writes, trims (4k)"),
  BSRANGE(
      "bsrange",
      "blocksize_range",
      JobKey.SIZES,
      t -> PerOperation.parse(t, BlockSizes::parseRange, BlockSizes.DEFAULT),
      "range of sizes, multiples of the smallest: 4k-64k"),
  BSSPLIT(
      "bssplit",
      "",
      JobKey.SIZES,
      t -> PerOperation.parse(t, BlockSizes::parseSplit, BlockSizes.DEFAULT),
      "weighted sizes: 4k/60:64k/40"),
  IODEPTH(
      "iodepth", "", JobKey.DEPTH, t -> Forms.integer(t, 1, 4096), "I/Os outstanding per job (1)"),
  NUMJOBS(
      "numjobs",
      "",
      JobKey.NUMJOBS,
      t -> Forms.integer(t, 1, 256),
      "clones of the job, each on an event loop (1)"),
  NSID(
      "nsid",
      "",
      JobKey.NSID,
      t -> Forms.count(t, 1, 0xFFFF_FFFEL),
      "* the namespace (the target's first)"),
  SIZE(
      "size",
      "",
      JobKey.SIZE,
      Amount::parse,
      "bytes or percent of the namespace to work on, and to move (all)"),
  IO_SIZE(
      "io_size", "io_limit", JobKey.IO_SIZE, Amount::parse, "bytes to move, if other than size"),
  OFFSET("offset", "", JobKey.OFFSET, Amount::parse, "where the part begins (0)"),
  OFFSET_INCREMENT(
      "offset_increment",
      "",
      JobKey.OFFSET_INCREMENT,
      Amount::parse,
      "added to offset for each next clone"),
  NUMBER_IOS(
      "number_ios",
      "",
      JobKey.NUMBER_IOS,
      t -> Forms.count(t, 1, Long.MAX_VALUE),
      "end after this many I/Os"),
  LOOPS(
      "loops",
      "",
      JobKey.LOOPS,
      t -> Forms.integer(t, 1, Integer.MAX_VALUE),
      "run the job this often (1)"),
  RUNTIME(
      "runtime", "timeout", JobKey.RUNTIME_NS, Forms::seconds, "end after this time, in seconds"),
  TIME_BASED(
      "time_based",
      JobKey.TIME_BASED,
      "use the whole runtime, however often the size is gone through"),
  RAMP_TIME(
      "ramp_time",
      "",
      JobKey.RAMP_NS,
      Forms::seconds,
      "run this long before anything is counted, in seconds"),
  RATE(
      "rate",
      "",
      JobKey.RATE,
      t -> PerOperation.parse(t, Rate::parseBytes, Rate.NONE),
      "bytes per second that are due: SIZE[,SIZE[,SIZE]]"),
  RATE_IOPS(
      "rate_iops",
      "",
      JobKey.RATE,
      t -> PerOperation.parse(t, Rate::parseIops, Rate.NONE),
      "I/Os per second that are due; latency counts from the due time"),
  RATE_PROCESS(
      "rate_process",
      "",
      JobKey.POISSON,
      JobWord::poisson,
      "linear or poisson: when I/Os are due (linear)"),
  RANDOM_DISTRIBUTION(
      "random_distribution",
      "",
      JobKey.DISTRIBUTION,
      Distribution::parse,
      "random, zipf:THETA or pareto:POWER (random)"),
  NORANDOMMAP(
      "norandommap", JobKey.NO_RANDOM_MAP, "random places may repeat before all were visited"),
  RANDSEED(
      "randseed",
      "",
      JobKey.SEED,
      t -> Optional.of(Forms.number(t)),
      "decides every random choice (the same in every run)"),
  VERIFY("verify", "", JobKey.VERIFY, VerifyMethod::parse, "check content: crc32c, md5 or pattern"),
  VERIFY_PATTERN(
      "verify_pattern",
      "",
      JobKey.VERIFY_PATTERN,
      t -> Optional.of(BytePattern.parse(t)),
      "fill blocks with this: 0xdeadbeef, \"text\", %o"),
  VERIFY_FATAL("verify_fatal", JobKey.VERIFY_FATAL, "the first wrong block ends the job"),
  DO_VERIFY("do_verify", JobKey.DO_VERIFY, "read again what was written (1)"),
  VERIFY_ONLY("verify_only", JobKey.VERIFY_ONLY, "write nothing, check what an earlier run wrote"),
  VERIFY_STATE_SAVE(
      "verify_state_save",
      JobKey.VERIFY_STATE_SAVE,
      "remember what was written in a file, as it happens (0)"),
  VERIFY_STATE_LOAD("verify_state_load", JobKey.VERIFY_STATE_LOAD, "go on from that file (0)"),
  FSYNC(
      "fsync",
      "",
      JobKey.FSYNC,
      t -> (int) Forms.count(t, 0, Integer.MAX_VALUE),
      "a flush after this many writes (0: none)"),
  END_FSYNC("end_fsync", JobKey.END_FSYNC, "a flush at the end of the writes (0)"),
  THINKTIME(
      "thinktime", "", JobKey.THINKTIME_NS, Forms::micros, "pause after I/Os, in microseconds"),
  THINKTIME_BLOCKS(
      "thinktime_blocks",
      "",
      JobKey.THINKTIME_BLOCKS,
      t -> (int) Forms.count(t, 1, Integer.MAX_VALUE),
      "I/Os between two pauses (1)"),
  GROUP_REPORTING("group_reporting", JobKey.GROUP_REPORTING, "one report for all jobs of a group"),
  NEW_GROUP("new_group", JobKey.NEW_GROUP, "a group of reports begins with this job"),
  STONEWALL(
      "stonewall", "wait_for_previous", JobKey.STONEWALL, "start when all jobs above have ended"),
  PERCENTILE_LIST(
      "percentile_list",
      "",
      JobKey.PERCENTILES,
      Forms::percentiles,
      "percentiles to report: 50:99:99.9"),
  WRITE_LAT_LOG(
      "write_lat_log",
      "",
      JobKey.LATENCY_LOG,
      Forms::prefix,
      "log every latency: NAME_lat.N.log, _slat, _clat"),
  LOG_OFFSET("log_offset", JobKey.LOG_OFFSET, "positions in these logs too (0)"),
  CONTINUE_ON_ERROR(
      "continue_on_error",
      "",
      JobKey.CONTINUE_ON_ERROR,
      Tolerance::parse,
      "none, read, write, io, verify or all (none)"),
  DESCRIPTION("description", "", JobKey.DESCRIPTION, t -> t, "free text for the report"),
  HIPRI(
      "hipri",
      JobKey.HIPRI,
      "look for answers without sleeping while I/Os are out, a CPU per queue (0)"),
  DEVICE(
      "device",
      "",
      JobKey.DEVICE,
      DeviceSpec::parse,
      "* who places payloads: none, socket[:BYTES], simulated[:SEED] (socket)"),
  HDGST("hdgst", JobKey.HDGST, "* header digests (0)"),
  DDGST("ddgst", JobKey.DDGST, "* data digests (0)"),
  QUEUES(
      "queues",
      "",
      JobKey.QUEUES,
      t -> Forms.integer(t, 1, 64),
      "* I/O queues, each with a connection (one per job, 16 at most)"),
  POLICY(
      "policy",
      "",
      JobKey.POLICY,
      t -> t,
      "* with --self: order of its responses, as of the target command"),
  DIRECT("direct", "", JobKey.GIVEN, Forms::always, "always 1: there is no cache here"),
  THREAD("thread", "", JobKey.GIVEN, Forms::always, "always 1: jobs are no processes here");

  private static final Map<String, JobWord> BY_WORD = new HashMap<>();

  static {
    for (JobWord word : values()) {
      BY_WORD.put(word.word, word);
      if (!word.alias.isEmpty()) {
        BY_WORD.put(word.alias, word);
      }
    }
  }

  private final String word;
  private final String alias;
  private final boolean flag;
  private final JobKey<?> key;
  private final Function<String, ?> form;
  private final String help;

  <T> JobWord(
      String word, String alias, JobKey<T> key, Function<String, ? extends T> form, String help) {
    this.word = word;
    this.alias = alias;
    this.key = key;
    this.form = form;
    this.help = help;
    flag = false;
  }

  JobWord(String word, JobKey<Boolean> key, String help) {
    this(word, "", key, help);
  }

  JobWord(String word, String alias, JobKey<Boolean> key, String help) {
    this.word = word;
    this.alias = alias;
    this.key = key;
    this.help = help;
    form = Forms::truth;
    flag = true;
  }

  /** The word as users write it. */
  public String word() {
    return word;
  }

  /** Another word for the same, or an empty string. */
  public String alias() {
    return alias;
  }

  /** True if the word alone means 1. */
  public boolean flag() {
    return flag;
  }

  /** One line for users; a star stands before what fio does not have. */
  public String help() {
    return help;
  }

  JobKey<?> key() {
    return key;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  Object read(String text) {
    return form.apply(text);
  }

  /** The row of a word or alias, or null if there is none. */
  static @Nullable JobWord find(String word) {
    return BY_WORD.get(word);
  }

  private static boolean poisson(String text) {
    return switch (text) {
      case "linear" -> false;
      case "poisson" -> true;
      default -> throw new IllegalArgumentException("'" + text + "' is neither linear nor poisson");
    };
  }
}
