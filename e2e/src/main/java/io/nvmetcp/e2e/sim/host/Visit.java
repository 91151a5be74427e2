package io.nvmetcp.e2e.sim.host;

import io.nvmetcp.e2e.sim.ground.Surroundings;
import io.nvmetcp.e2e.sim.kernel.Alarm;
import io.nvmetcp.e2e.sim.plant.Plant;
import io.nvmetcp.initiator.discovery.DiscoveryLogReader;
import org.jspecify.annotations.Nullable;

/**
 * One visit to a discovery controller: connect, read its log, leave; told when nothing of it is
 * left. On the host's home loop.
 */
final class Visit implements Attempt.Listener, LogReading.Listener {
  private final Surroundings around;
  private final HostOptions options;
  private final LogReading.Listener listener;
  private final Alarm deadline;
  private @Nullable Association association;
  private DiscoveryLogReader.Step.@Nullable Done log;
  private boolean told;
  private String failure = "the connection was lost";

  Visit(Surroundings around, Scout scout, LogReading.Listener listener) {
    this.around = around;
    options = scout.options();
    this.listener = listener;
    deadline = new Alarm(around.agenda(), () -> scout.home().run(this::late));
  }

  @Override
  public void made(Association made) {
    association = made;
    deadline.in(options.connectTimeoutNs());
    made.whenGone(this::gone);
    LogReading.start(made.admin(), around, this);
  }

  private void late() {
    failure = "the log was not read within the time limit";
    end(failure, true);
  }

  private void end(String why, boolean atOnce) {
    Association now = association;
    if (now != null) {
      now.end(why, atOnce);
    }
  }

  @Override
  public void read(DiscoveryLogReader.Step.Done done) {
    log = done;
    Association now = association;
    if (around.plants().strike(Plant.VISITOR_STAYS)) {
      deadline.cancel();
      tell();
    } else if (now != null) {
      now.shutDown(() -> now.end("closed by this host", false));
    }
  }

  @Override
  public void failed(String why) {
    failure = why;
    end(why, false);
  }

  private void gone() {
    deadline.cancel();
    tell();
  }

  private void tell() {
    if (told) {
      return;
    }
    told = true;
    DiscoveryLogReader.Step.Done done = log;
    if (done != null) {
      listener.read(done);
    } else {
      listener.failed(failure);
    }
  }

  @Override
  public void failed(String why, boolean again) {
    listener.failed(why);
  }
}
