package io.nvmetcp.e2e.dissect;

import io.nvmetcp.pdu.Role;

/**
 * One PDU of a conversation.
 *
 * @param sender who sends it
 * @param bytes all of it
 */
record Turn(Role sender, byte[] bytes) {}
