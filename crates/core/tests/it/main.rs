//! The rules told as whole stories: plans made and applied in any order, and what an activation finds.

mod activation_plan;
mod any_order;
mod hands;
mod model;
mod races;
mod returns;
