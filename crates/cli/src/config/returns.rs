//! Returns: why customers may return what, and in which order what is done.

use anyhow::Context;
use serde::Deserialize;
use tessera_core::kernel::money::Currency;
use tessera_core::returns::ReturnReason;

/// The section `[returns]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Returns {
    /// In which currency customers are asked to approve amounts.
    pub currency: String,
    /// How a parcel gets to the company, for customers to read.
    pub instructions: Option<String>,
    /// The return reasons; none: the usual ones.
    pub reasons: Vec<ReturnReason>,
}

impl Default for Returns {
    fn default() -> Self {
        Self { currency: "EUR".to_owned(), instructions: None, reasons: ReturnReason::usual() }
    }
}

impl Returns {
    /// The same, checked.
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
