//! Keeping a stand-in's state across restarts.
