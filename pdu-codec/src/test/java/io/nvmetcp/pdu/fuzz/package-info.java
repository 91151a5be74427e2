/**
 * Fuzzing of the reader in both roles: what must hold for any input ({@link
 * io.nvmetcp.pdu.fuzz.ReaderInvariants}), and two that look for an input for which it does not, a
 * seeded mutator in the ordinary build and Jazzer, guided by coverage, under the profile {@code
 * fuzz}. Inputs that found something, and those that reach far, are the corpus in the resources.
 */
@NullMarked
package io.nvmetcp.pdu.fuzz;

import org.jspecify.annotations.NullMarked;
