//! The store: reads, and apply(plan), on SQLite and PostgreSQL.
