package io.nvmetcp.ddp.socket;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.Future;
import io.nvmetcp.ddp.DdpQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A channel of one of the transports whose reads go into a queue's windows, and a plain peer. */
final class Loopback implements AutoCloseable, ChannelWindows.Events {

  enum Transport {
    NIO(NioSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        return NioIoHandler.newFactory();
      }
    },
    EPOLL(EpollSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        assumeTrue(Epoll.isAvailable(), () -> "no epoll: " + Epoll.unavailabilityCause());
        return EpollIoHandler.newFactory();
      }
    },
    IO_URING(IoUringSocketChannel.class) {
      @Override
      IoHandlerFactory handlers() {
        assumeTrue(IoUring.isAvailable(), () -> "no io_uring: " + IoUring.unavailabilityCause());
        return IoUringIoHandler.newFactory();
      }
    };

    private final Class<? extends Channel> channel;

    Transport(Class<? extends Channel> channel) {
      this.channel = channel;
    }

    abstract IoHandlerFactory handlers();
  }

  final CompletableFuture<Void> closed = new CompletableFuture<>();
  final List<Throwable> failures = new CopyOnWriteArrayList<>();
  final ChannelWindows windows;
  final Channel channel;
  final Socket peer;
  private final MultiThreadIoEventLoopGroup group;
  private volatile DdpQueue queue;
  // Of its event loop.
  int turns;

  Loopback(Transport transport, DdpQueue queue) throws Exception {
    this(transport, queue, null);
  }

  /**
   * @param front a handler between the socket and the windows
   */
  Loopback(Transport transport, DdpQueue queue, ChannelHandler front) throws Exception {
    this.queue = queue;
    group = new MultiThreadIoEventLoopGroup(1, transport.handlers());
    windows = new ChannelWindows(queue, this);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      channel =
          new Bootstrap()
              .group(group)
              .channel(transport.channel)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                      if (front != null) {
                        ch.pipeline().addLast("front", front);
                      }
                      ch.pipeline().addLast("successor", new ChannelInboundHandlerAdapter());
                      windows.install(ch.pipeline().context("successor"));
                    }
                  })
              .connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
              .sync()
              .channel();
      peer = listener.accept();
    }
    if (channel.getClass() != transport.channel) {
      throw new AssertionError("not the transport's channel: " + channel.getClass());
    }
  }

  /** Runs on the event loop, and waits. */
  <T> T onLoop(Callable<T> call) throws Exception {
    return channel.eventLoop().submit(call).get(10, TimeUnit.SECONDS);
  }

  void replace(DdpQueue next) {
    queue = next;
    windows.queue(next);
  }

  void send(byte[] bytes) throws IOException {
    peer.getOutputStream().write(bytes);
  }

  Future<?> shutDownLoop() {
    return group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }

  static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void turnEnd() {
    turns++;
    if (queue.poll()) {
      channel.eventLoop().execute(this::turnEnd);
    }
  }

  @Override
  public void closed() {
    queue.delete();
    closed.complete(null);
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
    channel.close();
  }

  @Override
  public void close() throws IOException {
    channel.close().awaitUninterruptibly();
    peer.close();
    closed.orTimeout(10, TimeUnit.SECONDS).join();
    shutDownLoop().awaitUninterruptibly();
  }
}
