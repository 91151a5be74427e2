package io.nvmetcp.e2e.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A Linux guest in QEMU, without KVM, and the shell in it. It reaches this machine's loopback at
 * {@link #OUTSIDE}. For one thread.
 */
final class Guest implements AutoCloseable {
  /** This machine, as the guest sees it. */
  static final String OUTSIDE = "10.0.2.2";

  private static final Duration BOOT_LIMIT = Duration.ofSeconds(120);
  private static final Duration STEP_LIMIT = Duration.ofSeconds(90);

  private final Path folder;
  private final Process qemu;
  private final SocketChannel agent;
  private final BlockingQueue<String> answers = new ArrayBlockingQueue<>(16);
  private final Thread reader;
  private int requests;

  /** What a script in the guest ended with. */
  record Result(int status, String output) {}

  private Guest(Path folder, Process qemu, SocketChannel agent) {
    this.folder = folder;
    this.qemu = qemu;
    this.agent = agent;
    reader = Thread.ofVirtual().name("guest-agent").start(this::readAnswers);
  }

  /**
   * Boots a guest and waits for its shell.
   *
   * @param forwardedPort a port of this machine's loopback that leads to the guest's port 4420; 0
   *     for none
   */
  static Guest boot(int forwardedPort) throws IOException, InterruptedException {
    Path image = image();
    Path folder = Files.createTempDirectory("nvmetcp-guest");
    Path socket = folder.resolve("agent");
    String forward =
        forwardedPort == 0 ? "" : ",hostfwd=tcp:127.0.0.1:" + forwardedPort + "-10.0.2.15:4420";
    List<String> command =
        new ArrayList<>(
            List.of("qemu-system-x86_64", "-name", "nvmetcp-interop", "-machine", "pc"));
    // Emulated without KVM: it runs everywhere, and how fast it is does not matter here.
    command.addAll(List.of("-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "512"));
    command.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
    command.addAll(List.of("-kernel", image.resolve("kernel").toString()));
    command.addAll(List.of("-initrd", image.resolve("initramfs").toString()));
    command.addAll(List.of("-append", "console=ttyS0 loglevel=4 panic=-1"));
    command.addAll(List.of("-serial", "file:" + folder.resolve("console.log")));
    command.addAll(List.of("-netdev", "user,id=net,ipv6=off" + forward));
    command.addAll(
        List.of("-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-serial-pci"));
    command.addAll(List.of("-chardev", "socket,id=agent,server=on,wait=off,path=" + socket));
    command.addAll(List.of("-device", "virtserialport,chardev=agent,name=agent"));
    Process qemu =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("qemu.log").toFile())
            .start();
    Guest guest = null;
    try {
      guest = new Guest(folder, qemu, connect(socket, qemu));
      String hello = guest.answers.poll(BOOT_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (hello == null || !hello.startsWith("0 0 ")) {
        throw new IOException("the guest did not boot: " + guest.console());
      }
      System.out.println("guest: Linux " + decoded(hello.substring(4)));
      return guest;
    } catch (IOException | InterruptedException e) {
      if (guest != null) {
        guest.close();
      } else {
        qemu.destroyForcibly();
      }
      throw e;
    }
  }

  private static Path image() throws IOException {
    String cache =
        System.getenv().getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    String given = System.getProperty("interop.guest", "");
    Path image = Path.of(given.isEmpty() ? cache + "/nvmetcp/guest" : given);
    if (!Files.exists(image.resolve("initramfs"))) {
      throw new IOException(
          "no guest in %s: e2e/interop/guest/build makes one, -Dinterop.guest=FOLDER names it"
              .formatted(image));
    }
    return image;
  }

  private static SocketChannel connect(Path socket, Process qemu)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + BOOT_LIMIT.toNanos();
    while (true) {
      try {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
      } catch (IOException e) {
        if (!qemu.isAlive() || System.nanoTime() > deadline) {
          throw new IOException("QEMU did not start", e);
        }
        // QEMU makes the socket some milliseconds after its start, and tells nobody.
        Thread.sleep(20);
      }
    }
  }

  private void readAnswers() {
    try (BufferedReader lines =
        new BufferedReader(Channels.newReader(agent, StandardCharsets.US_ASCII))) {
      String line;
      while ((line = lines.readLine()) != null) {
        answers.put(line);
      }
    } catch (IOException | InterruptedException e) {
      // The guest is being closed; who waits for an answer times out.
    }
  }

  /** Runs a script of the guest's shell, as root, to its end. */
  Result run(String script, Duration limit) throws IOException, InterruptedException {
    int id = ++requests;
    String request =
        id
            + " "
            + Base64.getEncoder().encodeToString(script.getBytes(StandardCharsets.UTF_8))
            + "\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      agent.write(bytes);
    }
    long deadline = System.nanoTime() + limit.toNanos();
    String answer;
    do {
      answer = answers.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        throw new IOException(
            "no end of '%s' within %s; the console: %s".formatted(script, limit, console()));
      }
      // One that came too late for an earlier step is passed over.
    } while (!answer.startsWith(id + " "));
    String[] parts = answer.split(" ", -1);
    return new Result(Integer.parseInt(parts[1]), decoded(parts.length > 2 ? parts[2] : ""));
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).strip();
  }

  /** Runs a script that must succeed; returns its output. */
  String ok(String script) throws IOException, InterruptedException {
    return ok(script, STEP_LIMIT);
  }

  /** Runs a script that must succeed within {@code limit}; returns its output. */
  String ok(String script, Duration limit) throws IOException, InterruptedException {
    Result result = run(script, limit);
    if (result.status() != 0) {
      String kernel = run("dmesg | tail -n 15", STEP_LIMIT).output();
      throw new AssertionError(
          "status %d of%n%s%n%s%nand the kernel said%n%s"
              .formatted(result.status(), script, result.output(), kernel));
    }
    return result.output();
  }

  /** The kernel's messages since the last call, a line each, without their times. */
  List<String> kernelMessages() throws IOException, InterruptedException {
    return ok("dmesg -c").lines().map(line -> line.replaceFirst("^\\[[^]]*] ", "")).toList();
  }

  private String console() throws IOException {
    List<String> all = new ArrayList<>();
    for (String name : List.of("qemu.log", "console.log")) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        all.addAll(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
      }
    }
    return String.join("\n", all.subList(Math.max(0, all.size() - 40), all.size()));
  }

  @Override
  public void close() throws IOException {
    agent.close();
    reader.interrupt();
    qemu.destroy();
    try {
      if (!qemu.waitFor(5, TimeUnit.SECONDS)) {
        qemu.destroyForcibly();
      }
    } catch (InterruptedException e) {
      qemu.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
