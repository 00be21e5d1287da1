//! The rules told as whole stories: plans made and applied in any order, and what an activation finds.

mod any_order;
mod contact_reviews;
mod hands;
mod job_places;
mod job_retries;
mod job_watch;
mod model;
mod races;
mod returns;
