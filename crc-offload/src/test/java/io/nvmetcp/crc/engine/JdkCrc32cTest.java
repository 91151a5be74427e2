package io.nvmetcp.crc.engine;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.Crc32cEngineContract;

final class JdkCrc32cTest extends Crc32cEngineContract {
  @Override
  protected Crc32cEngine engine() {
    return JdkCrc32c.INSTANCE;
  }
}
