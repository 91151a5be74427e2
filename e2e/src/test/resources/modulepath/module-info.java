/** A user's module: it names what it uses and gets the rest through it. */
module tiny {
  requires io.nvmetcp.initiator;
  requires io.nvmetcp.target;
}
