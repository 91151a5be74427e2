package io.nvmetcp.crc.engine;

import io.nvmetcp.crc.Crc32cEngine;
import io.nvmetcp.crc.Crc32cEngineContract;

final class CommonsCodecCrc32cTest extends Crc32cEngineContract {
  @Override
  protected Crc32cEngine engine() {
    return CommonsCodecCrc32c.INSTANCE;
  }
}
