package io.nvmetcp.loadgen.job;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Job files and variables in memory. */
final class FakeSource implements JobSource {
  private final Map<String, String> files = new HashMap<>();
  private final Map<String, String> variables = new HashMap<>();

  FakeSource file(String name, String text) {
    files.put(name, text);
    return this;
  }

  FakeSource variable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  @Override
  public String read(String name, String relativeTo) throws IOException {
    String text = files.get(name);
    if (text == null) {
      throw new IOException(name + " does not exist");
    }
    return text;
  }

  @Override
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }
}
