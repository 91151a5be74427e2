package io.nvmetcp.target;

import io.nvmetcp.target.session.SessionLimits;
import io.nvmetcp.target.session.SessionOptions;
import io.nvmetcp.target.session.SuccessMode;
import io.nvmetcp.target.session.TransferSizes;

/** What a target's options mean for a session. */
final class SessionOptionsOf {
  private SessionOptionsOf() {}

  static SessionOptions target(TargetOptions options) {
    ConnectionOptions own = options.getConnections();
    return new SessionOptions(
        options.isHeaderDigest(),
        options.isDataDigest(),
        own.getCpda(),
        own.isStrict(),
        SuccessMode.valueOf(options.getSuccess().name()),
        options.getSchedule(),
        new TransferSizes(
            options.getMaxH2cDataBytes(),
            options.getMaxDataPduBytes(),
            own.getMaxR2tBytes(),
            own.getMaxR2ts(),
            own.getWriteWindowBytes()),
        new SessionLimits(
            own.getMemoryBytes(),
            own.getTurnCommands(),
            own.getTurnBytes(),
            own.getIcReqTimeout().toNanos(),
            options.getConnectTimeout().toNanos(),
            own.getDataTimeout().toNanos()));
  }
}
