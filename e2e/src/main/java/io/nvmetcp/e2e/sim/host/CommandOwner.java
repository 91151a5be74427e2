package io.nvmetcp.e2e.sim.host;

/** Takes commands back from a queue. */
interface CommandOwner {
  /** Fails them. */
  CommandOwner NOBODY =
      new CommandOwner() {
        @Override
        public void unsent(HostCommand command, String reason) {
          command.neverSent(reason);
        }

        @Override
        public void lost(HostCommand command, String reason) {
          command.neverSent(reason);
        }
      };

  /** It was not sent. */
  void unsent(HostCommand command, String reason);

  /** It was sent, and its connection ended before it was answered. */
  void lost(HostCommand command, String reason);
}
