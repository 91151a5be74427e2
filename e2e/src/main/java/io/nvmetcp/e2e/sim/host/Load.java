package io.nvmetcp.e2e.sim.host;

/**
 * What an application does with its disks.
 *
 * @param operations how many operations
 * @param depth how many at a time
 * @param mostBlocks blocks of an operation, at most
 * @param mostBytes bytes of an operation, at most
 * @param reads weight of reads among operations
 * @param writes weight of writes
 * @param others weight of all others together
 * @param forcedOneIn writes that are to be durable
 * @param hotBlocks operations go to so many blocks of a namespace only; 0 is all
 * @param thinkNs what an application waits before the next operation, at most
 * @param thinkOneIn how often it waits
 * @param piecesOneIn buffers in several pieces
 * @param plainOneIn operations whose data lies in memory that is not registered
 * @param abortOneIn operations that it asks to be aborted
 */
public record Load(
    int operations,
    int depth,
    int mostBlocks,
    int mostBytes,
    int reads,
    int writes,
    int others,
    int forcedOneIn,
    int hotBlocks,
    long thinkNs,
    int thinkOneIn,
    int piecesOneIn,
    int plainOneIn,
    int abortOneIn) {}
