package io.nvmetcp.initiator.queue;

/**
 * An R2T that waits until the data of the one before it was sent.
 *
 * @param ttag the controller's tag
 * @param offset where in the command's buffer the data starts
 * @param length how much is asked for
 */
record Solicitation(int ttag, int offset, int length) {}
