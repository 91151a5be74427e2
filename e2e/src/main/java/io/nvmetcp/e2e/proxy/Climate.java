package io.nvmetcp.e2e.proxy;

/**
 * The weather of both ways.
 *
 * @param toServer of what travels to the server
 * @param toClient of what travels to the client
 */
record Climate(Weather toServer, Weather toClient) {
  static final Climate FAIR = new Climate(Weather.FAIR, Weather.FAIR);

  Climate with(Way way, Weather weather) {
    return switch (way) {
      case TO_SERVER -> new Climate(weather, toClient);
      case TO_CLIENT -> new Climate(toServer, weather);
    };
  }
}
