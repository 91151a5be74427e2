package io.nvmetcp.target;

import java.util.UUID;

/**
 * A namespace that a running target serves, as it stood when it was asked.
 *
 * @param id namespace identifier
 * @param description what it is: {@code memory:1073741824}, as its options had it
 * @param sizeBytes its size now
 * @param blockBytes logical block size
 * @param readOnly writes are refused
 * @param uuid the name by which hosts know it again
 */
public record ServedNamespace(
    int id, String description, long sizeBytes, int blockBytes, boolean readOnly, UUID uuid) {}
