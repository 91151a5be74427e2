package io.nvmetcp.initiator.connect;

import java.util.Optional;
import java.util.UUID;

/**
 * What a controller says of a namespace.
 *
 * @param id NSID
 * @param blocks size in logical blocks
 * @param blockBytes size of a logical block
 * @param readOnly the namespace is write protected
 * @param uuid its UUID, if it has one
 */
public record NamespaceFacts(
    long id, long blocks, int blockBytes, boolean readOnly, Optional<UUID> uuid) {}
