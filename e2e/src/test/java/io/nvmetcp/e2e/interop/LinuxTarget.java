package io.nvmetcp.e2e.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The guest's kernel as an NVMe/TCP target, driven by configfs. For one thread. */
final class LinuxTarget implements AutoCloseable {
  /** The subsystem that it serves. */
  static final String NQN = "nqn.2014-08.org.nvmexpress:interop:linux";

  /** Blocks of its namespaces. */
  static final int BLOCK_BYTES = 512;

  private static final String SUBSYSTEM = "/sys/kernel/config/nvmet/subsystems/" + NQN;

  private final Guest guest;
  private final int port;

  private LinuxTarget(Guest guest, int port) {
    this.guest = guest;
    this.port = port;
  }

  /** Boots a guest that serves one namespace, in its memory, on every address. */
  static LinuxTarget boot(int sizeMib) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    LinuxTarget target = new LinuxTarget(Guest.boot(port), port);
    try {
      target.guest.ok(
          """
          modprobe nvmet-tcp && modprobe null_blk nr_devices=0 || exit 1
          mkdir %1$s && cd %1$s && echo 1 >attr_allow_any_host && echo INTEROP1 >attr_serial || exit 2
          port=/sys/kernel/config/nvmet/ports/1
          mkdir $port && cd $port || exit 3
          echo tcp >addr_trtype && echo ipv4 >addr_adrfam && echo 0.0.0.0 >addr_traddr && echo 4420 >addr_trsvcid
          ln -s %1$s $port/subsystems/
          """
              .formatted(SUBSYSTEM));
      target.addNamespace(1, sizeMib);
      return target;
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      target.close();
      throw e;
    }
  }

  Guest guest() {
    return guest;
  }

  /** The port of this machine's loopback that leads to it. */
  int port() {
    return port;
  }

  /** Adds and enables a namespace. */
  void addNamespace(int nsid, int sizeMib) throws IOException, InterruptedException {
    guest.ok(
        """
        disk=/sys/kernel/config/nullb/nullb%1$d
        mkdir $disk && cd $disk || exit 1
        echo 1 >memory_backed && echo 1 >discard && echo %2$d >size && echo %3$d >blocksize && echo 1 >power || exit 2
        mkdir %4$s/namespaces/%1$d && cd %4$s/namespaces/%1$d || exit 3
        printf /dev/nullb%1$d >device_path && echo 6e766d65-7463-4000-9000-00000000000%1$d >device_uuid && echo 1 >enable
        """
            .formatted(nsid, sizeMib, BLOCK_BYTES, SUBSYSTEM));
  }

  /** Adds and enables a namespace whose blocks are a file's, in the guest's memory. */
  void addFileNamespace(int nsid, int sizeMib) throws IOException, InterruptedException {
    guest.ok(
        """
        truncate -s %2$dM /tmp/disk%1$d && mkdir %3$s/namespaces/%1$d && cd %3$s/namespaces/%1$d || exit 1
        echo 1 >buffered_io && printf /tmp/disk%1$d >device_path && echo 1 >enable
        """
            .formatted(nsid, sizeMib, SUBSYSTEM));
  }

  /** Changes the size of a namespace whose blocks are a file's, and lets the kernel notice. */
  void resizeFileNamespace(int nsid, int sizeMib) throws IOException, InterruptedException {
    guest.ok(
        "truncate -s %2$dM /tmp/disk%1$d && echo 1 >%3$s/namespaces/%1$d/revalidate_size"
            .formatted(nsid, sizeMib, SUBSYSTEM));
  }

  /** Removes a namespace; what it held is gone. */
  void removeNamespace(int nsid) throws IOException, InterruptedException {
    guest.ok(
        """
        rmdir %2$s/namespaces/%1$d || exit 1
        rm -f /tmp/disk%1$d
        [ ! -e /sys/kernel/config/nullb/nullb%1$d ] || rmdir /sys/kernel/config/nullb/nullb%1$d
        """
            .formatted(nsid, SUBSYSTEM));
  }

  /** Disables a namespace, or enables it again. */
  void enable(int nsid, boolean enabled) throws IOException, InterruptedException {
    guest.ok("echo %d >%s/namespaces/%d/enable".formatted(enabled ? 1 : 0, SUBSYSTEM, nsid));
  }

  /** Takes the subsystem from its port, which ends every association, or puts it back. */
  void expose(boolean exposed) throws IOException, InterruptedException {
    String link = "/sys/kernel/config/nvmet/ports/1/subsystems/" + NQN;
    guest.ok(exposed ? "ln -s %s %s".formatted(SUBSYSTEM, link) : "rm " + link);
  }

  @Override
  public void close() throws IOException {
    guest.close();
  }
}
