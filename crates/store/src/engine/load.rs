//! How busy the database is.

/// What waits for the database at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    /// What requests wait for, and how many of them: the writer or a reader of SQLite, a connection to PostgreSQL.
    pub waiting: Vec<(&'static str, usize)>,
    /// The connections to PostgreSQL. `None` for SQLite, which has a fixed number of threads.
    pub connections: Option<Connections>,
}

/// The connections to PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// In use.
    pub busy: usize,
    /// Open and not in use.
    pub idle: usize,
    /// Maximum number.
    pub most: usize,
}
