package io.nvmetcp.loadgen;

import io.nvmetcp.initiator.Namespace;

/**
 * A namespace and what it must contain.
 *
 * @param namespace where I/O goes
 * @param expected at least as large as the namespace
 */
public record Volume(Namespace namespace, ExpectedContent expected) {}
