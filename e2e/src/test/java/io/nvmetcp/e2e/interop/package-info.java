/**
 * The Linux kernel as the other side, in a small QEMU guest: as a host on our target, as a target
 * for our initiator.
 *
 * <p>These tests need QEMU and a guest made by {@code e2e/interop/guest/build}; {@code
 * e2e/interop/run} sees to both. They run on one thread; the guest is driven through a serial port,
 * not through the network that is under test.
 */
@NullMarked
package io.nvmetcp.e2e.interop;

import org.jspecify.annotations.NullMarked;
