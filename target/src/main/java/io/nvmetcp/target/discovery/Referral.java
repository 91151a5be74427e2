package io.nvmetcp.target.discovery;

/**
 * Another discovery service that hosts may ask, too.
 *
 * @param address its IP address
 * @param port its TCP port
 * @param nqn its name
 */
public record Referral(String address, int port, String nqn) {}
