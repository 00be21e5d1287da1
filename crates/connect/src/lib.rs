//! Clients of the outside systems, and the discipline they share.
