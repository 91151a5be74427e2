/**
 * The engines: the JDK's intrinsic for daily work, Commons Codec's as an independent reference, and
 * a device with latency, a capacity and the right to refuse.
 *
 * <p>All of them pass one contract test. The two in software are stateless and may be shared; a
 * device belongs to the thread that drives it, and borrows each buffer until it has answered.
 */
@NullMarked
package io.nvmetcp.crc.engine;

import org.jspecify.annotations.NullMarked;
