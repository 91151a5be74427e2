package io.nvmetcp.initiator;

/**
 * What a controller said of itself, and what was agreed with it.
 *
 * @param cntlid its identifier
 * @param serial serial number
 * @param model model number
 * @param firmware firmware revision
 * @param maxTransferBytes most data of one command
 * @param ioQueues I/O queues in use
 * @param queueEntries entries of each
 * @param inCapsuleBytes most in-capsule data of an I/O command
 * @param headerDigest header digests are on
 * @param dataDigest data digests are on
 * @param maxH2cDataBytes most data of one H2CData PDU
 * @param flowControlDisabled SQ flow control is off
 * @param device the placing device's name
 * @param channel the transport's channel class, which tells epoll, io_uring and NIO apart
 */
public record ControllerInfo(
    int cntlid,
    String serial,
    String model,
    String firmware,
    long maxTransferBytes,
    int ioQueues,
    int queueEntries,
    int inCapsuleBytes,
    boolean headerDigest,
    boolean dataDigest,
    long maxH2cDataBytes,
    boolean flowControlDisabled,
    String device,
    String channel) {}
