//! Wording of the timeline events of the storefront.

use tessera_core::storefront::event::StorefrontEvent;

use super::Wording;
use crate::locale::{Arg, text};

impl Wording for StorefrontEvent {
    fn staff(&self) -> String {
        match self {
            Self::OrderPlaced { number } => format!("Order {number} was placed in the storefront"),
            Self::OrderCancelled { number } => format!("Order {number} was cancelled"),
            Self::ProductSaved { name } => format!("Product {name} of the storefront was saved"),
            Self::ProductDeleted { name } => format!("Product {name} of the storefront was deleted"),
        }
    }

    fn customer(&self) -> Option<String> {
        match self {
            Self::OrderPlaced { number } => Some(text!("timeline-order-placed", number = Arg::shown(&number))),
            Self::OrderCancelled { number } => Some(text!("timeline-order-cancelled", number = Arg::shown(&number))),
            Self::ProductSaved { .. } | Self::ProductDeleted { .. } => None,
        }
    }
}
