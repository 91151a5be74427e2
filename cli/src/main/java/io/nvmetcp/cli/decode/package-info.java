/**
 * Reads recorded conversations, as captures or hex dumps, and prints their PDUs. Single-threaded;
 * trusts nothing in its input and holds no more of it than one reassembly window per connection.
 */
@NullMarked
package io.nvmetcp.cli.decode;

import org.jspecify.annotations.NullMarked;
