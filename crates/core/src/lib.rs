//! Rules without I/O or clock.
