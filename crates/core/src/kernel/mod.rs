//! Types shared by all features: records, links, plans, the timeline, jobs, ids and user input.

pub mod actor;
pub mod answer;
pub mod attachment;
pub mod audience;
pub mod clock;
pub mod clock_watch;
pub mod customer;
pub mod encoding;
pub mod ids;
pub mod input;
pub mod job;
pub mod markdown;
pub mod mask;
pub mod money;
pub mod normalise;
pub mod phone;
pub mod plan;
pub mod readings;
pub mod record;
pub mod rejection;
pub mod retention;
pub mod short_id;
pub mod timeline;
pub mod unicode;
