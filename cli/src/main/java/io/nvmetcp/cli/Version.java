package io.nvmetcp.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      name(), "Java " + Runtime.version() + ", " + System.getProperty("os.name")
    };
  }

  /** What this program calls itself. */
  static String name() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "nvmetcp " + (version == null ? "(not packaged)" : version);
  }
}
