package io.nvmetcp.cli.decode;

import io.nvmetcp.pdu.Role;
import org.jspecify.annotations.Nullable;

/**
 * Where in a recording something stands.
 *
 * @param connection number of the connection, from 1; 0 in a hex dump
 * @param flow sender and receiver as {@code address:port>address:port}; empty in a hex dump
 * @param sender who sent it, or null if that cannot be told
 * @param offset byte offset in what the sender sent, or in the hex dump
 */
public record Place(int connection, String flow, @Nullable Role sender, long offset) {}
