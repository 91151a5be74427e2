/**
 * A simulated NIC: receive queues, steering, descriptor rings and refill; cuts the stream into
 * packets and places what it can.
 *
 * <p>Deterministic from its seed and from the ticks it is given; driven by one thread. Packets are
 * its own, placed memory is on loan until teardown.
 */
@NullMarked
package io.nvmetcp.ddp.nic;

import org.jspecify.annotations.NullMarked;
