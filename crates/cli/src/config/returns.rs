//! The section `[returns]`: return reasons and their workflow.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::money::Currency;
use tessera_core::returns::ReturnReason;

/// The section `[returns]`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Returns {
    /// Currency of the amounts that customers are asked to approve.
    pub currency: String,
    /// Shipping instructions for customers.
    pub instructions: Option<String>,
    /// The return reasons. Empty: the default ones.
    pub reasons: Vec<ReturnReason>,
}

impl Default for Returns {
    fn default() -> Self {
        Self { currency: "EUR".to_owned(), instructions: None, reasons: ReturnReason::usual() }
    }
}

impl Returns {
    /// The settings, validated.
    pub fn checked(&self) -> anyhow::Result<tessera_hub::Returns> {
        ReturnReason::check_all(&self.reasons)?;
        let currency = Currency::try_from(self.currency.clone()).map_err(anyhow::Error::msg);
        Ok(tessera_hub::Returns {
            reasons: self.reasons.clone(),
            currency: currency.context("returns.currency")?,
            instructions: self.instructions.clone(),
        })
    }
}
