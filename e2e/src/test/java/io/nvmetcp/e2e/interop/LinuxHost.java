package io.nvmetcp.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;

/** The guest's kernel as an NVMe/TCP host, driven by nvme-cli. For one thread. */
final class LinuxHost implements AutoCloseable {
  // What a host that has nothing to complain about says.
  private static final List<Pattern> PEACEFUL =
      List.of(
          Pattern.compile("nvme nvme\\d+: creating \\d+ I/O queues\\."),
          Pattern.compile("nvme nvme\\d+: mapped \\d+/\\d+/\\d+ default/read/poll queues\\."),
          Pattern.compile("nvme nvme\\d+: new ctrl: NQN \".*\", addr .*"),
          Pattern.compile("nvme nvme\\d+: Removing ctrl: NQN \".*\""),
          Pattern.compile("nvme nvme\\d+: rescanning namespaces\\."),
          Pattern.compile("nvme\\d+n\\d+: detected capacity change from \\d+ to \\d+"),
          // Of the machine that is emulated, not of NVMe.
          Pattern.compile("IPv6: ADDRCONF\\(NETDEV_CHANGE\\): eth0: link becomes ready"),
          Pattern.compile("hrtimer: interrupt took \\d+ ns"),
          Pattern.compile("clocksource: .*"),
          Pattern.compile("EXT4-fs \\(nvme\\d+n\\d+\\): (mounted|unmounting) filesystem.*"));

  private final Guest guest;

  LinuxHost(Guest guest) {
    this.guest = guest;
  }

  Guest guest() {
    return guest;
  }

  /**
   * Connects to a subsystem and waits for its first namespace.
   *
   * @param options more of nvme-cli's options
   * @return the namespace's block device
   */
  String connect(int port, String nqn, String options) throws IOException, InterruptedException {
    guest.ok(
        "nvme connect -t tcp -a %s -s %d -n %s %s".formatted(Guest.OUTSIDE, port, nqn, options));
    return device(nqn, 1);
  }

  /** Waits for the block device of a namespace. */
  String device(String nqn, int nsid) throws IOException, InterruptedException {
    return guest.ok(
        """
        n=0
        while [ $n -lt 300 ]; do
          for d in $(ls -d /sys/block/nvme* 2>/dev/null | grep -v "c[0-9]*n"); do
            if [ "$(cat $d/device/subsysnqn)" = %s ] && [ "$(cat $d/nsid)" = %d ] && [ -b /dev/${d##*/} ]; then
              echo /dev/${d##*/}
              exit 0
            fi
          done
          usleep 50000
          n=$((n + 1))
        done
        exit 1
        """
            .formatted(nqn, nsid));
  }

  /** The controller's character device. */
  String controller(String nqn) throws IOException, InterruptedException {
    return guest.ok(
        "for c in /sys/class/nvme/nvme*; do [ \"$(cat $c/subsysnqn)\" = %s ] && echo /dev/${c##*/}; done; true"
            .formatted(nqn));
  }

  void disconnect(String nqn) throws IOException, InterruptedException {
    guest.ok("nvme disconnect -n " + nqn);
  }

  /**
   * Writes random bytes past the page cache, reads them back and compares, several programs at a
   * time.
   *
   * @param count blocks of each program
   */
  void verify(String device, int blockBytes, int count, int jobs)
      throws IOException, InterruptedException {
    guest.ok(
        """
        job() {
          dd if=/dev/urandom of=/tmp/w$1 bs=%2$d count=%3$d 2>/dev/null &&
            dd if=/tmp/w$1 of=%1$s bs=%2$d seek=$(($1 * %3$d)) oflag=direct conv=notrunc 2>/dev/null &&
            dd if=%1$s of=/tmp/r$1 bs=%2$d skip=$(($1 * %3$d)) count=%3$d iflag=direct 2>/dev/null &&
            cmp /tmp/w$1 /tmp/r$1 && rm /tmp/w$1 /tmp/r$1
        }
        j=0
        while [ $j -lt %4$d ]; do job $j & pids="$pids $!"; j=$((j + 1)); done
        failed=0
        for p in $pids; do wait $p || failed=$((failed + 1)); done
        exit $failed
        """
            .formatted(device, blockBytes, count, jobs));
  }

  /**
   * Fails if the kernel said anything that a contented host does not say, and forgets what it said.
   */
  void requireContent(Pattern... alsoAllowed) throws IOException, InterruptedException {
    List<Pattern> also = List.of(alsoAllowed);
    List<String> complaints =
        guest.kernelMessages().stream()
            .filter(line -> PEACEFUL.stream().noneMatch(allowed -> allowed.matcher(line).matches()))
            .filter(line -> also.stream().noneMatch(allowed -> allowed.matcher(line).matches()))
            .toList();
    assertThat(complaints).as("unexpected messages of the host's kernel").isEmpty();
  }

  @Override
  public void close() throws IOException {
    guest.close();
  }
}
