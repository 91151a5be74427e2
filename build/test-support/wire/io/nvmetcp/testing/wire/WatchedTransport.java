package io.nvmetcp.testing.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.vertx.core.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport that knows the sockets it made, for tests that ask these. Any thread. */
public final class WatchedTransport implements Transport {
  private final Transport transport;
  private final io.vertx.core.spi.transport.Transport implementation;
  private final List<Channel> connecting = new CopyOnWriteArrayList<>();
  private final List<Channel> accepted = new CopyOnWriteArrayList<>();

  /**
   * @param transport does the work
   */
  public WatchedTransport(Transport transport) {
    this.transport = transport;
    Class<?> type = io.vertx.core.spi.transport.Transport.class;
    implementation =
        (io.vertx.core.spi.transport.Transport)
            Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> watched(call(method, arguments)));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(transport.implementation(), arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object watched(Object made) {
    return made instanceof ChannelFactory<?> sockets
        ? (ChannelFactory<Channel>) () -> watched(sockets.newChannel())
        : made;
  }

  private Channel watched(Channel channel) {
    if (channel instanceof ServerChannel) {
      channel.pipeline().addLast(new Accepting());
    } else if (channel instanceof SocketChannel) {
      // The others are those that ask for addresses.
      connecting.add(channel);
    }
    return channel;
  }

  /** Stands before the handler that gives accepted sockets to event loops. */
  private final class Accepting extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      accepted.add((Channel) message);
      ctx.fireChannelRead(message);
    }
  }

  /** Sockets that were made to connect, whether they did or not, in order. */
  public List<Channel> connecting() {
    return List.copyOf(connecting);
  }

  /** Sockets that servers accepted, in order. */
  public List<Channel> accepted() {
    return List.copyOf(accepted);
  }

  @Override
  public String name() {
    return transport.name();
  }

  @Override
  public boolean available() {
    return transport.available();
  }

  @Override
  public Throwable unavailabilityCause() {
    return transport.unavailabilityCause();
  }

  @Override
  public io.vertx.core.spi.transport.Transport implementation() {
    return implementation;
  }
}
