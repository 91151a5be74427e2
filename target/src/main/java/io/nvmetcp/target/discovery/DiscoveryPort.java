package io.nvmetcp.target.discovery;

/**
 * A place where the target listens, as discovery tells it.
 *
 * @param id PORTID, 1 or above
 * @param address what hosts shall connect to: an IP address; "" means the address at which the
 *     asking host reached the target
 * @param port TCP port
 * @param nvm NVM subsystems are served there
 * @param discovery discovery is answered there
 */
public record DiscoveryPort(int id, String address, int port, boolean nvm, boolean discovery) {}
