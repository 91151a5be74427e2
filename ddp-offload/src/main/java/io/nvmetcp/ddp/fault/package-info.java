/**
 * Decides, from a seed, what goes wrong and when: the part of a test bench that ships with the
 * product.
 *
 * <p>Pure policies; each belongs to the device that asks it. They never touch memory.
 */
@NullMarked
package io.nvmetcp.ddp.fault;

import org.jspecify.annotations.NullMarked;
