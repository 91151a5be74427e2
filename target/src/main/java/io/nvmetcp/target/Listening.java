package io.nvmetcp.target;

/**
 * Where a running target listens.
 *
 * @param host address
 * @param port TCP port, the real one
 * @param serves what is served there
 */
public record Listening(String host, int port, ListenerOptions.Serves serves) {}
