package io.nvmetcp.target.hostile;

import io.nvmetcp.target.session.HostSide;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** A blocking socket with a host's half of the codec. */
final class SocketPeer implements HostilePeer {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Socket socket;
  private final HostSide host = new HostSide();
  private final byte[] buffer = new byte[64 * 1024];
  private boolean reset;

  SocketPeer(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public HostSide host() {
    return host;
  }

  @Override
  public void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // The target may have closed while a hostile host still talks; what it said can be read.
      reset = true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void halfClose() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public HostSide.@Nullable Pdu next() {
    try {
      while (host.received.isEmpty()) {
        int got = socket.getInputStream().read(buffer);
        if (got < 0) {
          return null;
        }
        host.receive(buffer, got);
      }
    } catch (SocketException e) {
      reset = true;
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return host.received.remove();
  }

  @Override
  public boolean reset() {
    return reset;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
