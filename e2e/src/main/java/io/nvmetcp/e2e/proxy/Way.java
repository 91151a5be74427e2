package io.nvmetcp.e2e.proxy;

/** Which way bytes travel through a proxy. */
public enum Way {
  /** From whoever connected to the proxy. */
  TO_SERVER,
  /** Back to whoever connected. */
  TO_CLIENT
}
