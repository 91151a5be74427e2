/**
 * What a CRC32C engine is, and what may be said of a digest once somebody has judged it.
 *
 * <p>The vocabulary every other module uses. Values only: no engine, no state. Engines may be
 * called from any thread unless they say otherwise; none keeps a buffer after it returns.
 */
@NullMarked
package io.nvmetcp.crc;

import org.jspecify.annotations.NullMarked;
