/** What the tests of this module share: conversations, and a tape to compare them. */
@NullMarked
package io.nvmetcp.pdu.testkit;

import org.jspecify.annotations.NullMarked;
