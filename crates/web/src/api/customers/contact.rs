//! The CRM's contact of a customer, with its deals (`A02`).

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::kernel::record::deal::{Deal as KeptDeal, DealOutcome, Standing};
use tessera_core::kernel::record::{Attributes, Contact};
use tessera_hub::queries::customers::StoredRecord;
use utoipa::ToSchema;

use crate::App;

/// The CRM's contact of a customer, as last read.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct CrmContact {
    /// The CRM's configured name.
    #[schema(example = "freshsales")]
    system: String,
    /// The contact's id in the CRM.
    #[schema(example = "31016358306")]
    external_id: String,
    /// The contact's name.
    #[schema(example = "Ada Example")]
    name: String,
    /// `lead` or `customer`; `null` if the CRM says neither.
    #[schema(required, example = "customer")]
    standing: Option<&'static str>,
    /// The name of the lifecycle stage.
    #[schema(required, example = "Customer")]
    lifecycle_stage: Option<String>,
    /// The mobile phone, as entered in the CRM.
    #[schema(required)]
    mobile_phone: Option<String>,
    /// The work phone, as entered in the CRM.
    #[schema(required)]
    work_phone: Option<String>,
    /// The fax, as entered in the CRM.
    #[schema(required)]
    fax: Option<String>,
    /// The web site, as entered in the CRM.
    #[schema(required)]
    website: Option<String>,
    /// The number of open deals in the CRM.
    #[schema(required, example = 1)]
    open_deals: Option<i64>,
    /// The number of won deals in the CRM.
    #[schema(required, example = 2)]
    won_deals: Option<i64>,
    /// The deals, open ones first; at most 100.
    deals: Vec<Deal>,
    /// When the contact was last read from the CRM.
    as_of: Timestamp,
}

/// A deal of the CRM.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Deal {
    /// The deal's id in the CRM.
    #[schema(example = "31001944158")]
    id: String,
    /// The name.
    #[schema(example = "Hybrid Inverter Bundle")]
    name: String,
    /// The amount, as a decimal number.
    #[schema(required, example = "5600.00")]
    amount: Option<String>,
    /// The amount's currency.
    #[schema(required, example = "ZAR")]
    currency: Option<String>,
    /// The name of the stage.
    #[schema(required, example = "Won")]
    stage: Option<String>,
    /// `open`, `won` or `lost`.
    #[schema(required, example = "won")]
    outcome: Option<&'static str>,
    /// The expected closing date.
    #[schema(required, format = Date, example = "2026-03-16")]
    expected_close: Option<String>,
    /// The actual closing date.
    #[schema(required, format = Date, example = "2026-03-18")]
    closed_on: Option<String>,
    /// The deal's address in the CRM, if the hub's configuration has the pattern.
    #[schema(required)]
    url: Option<String>,
}

impl CrmContact {
    /// The JSON of a contact's record.
    pub(in crate::api) fn of(app: &App, record: StoredRecord) -> Option<Self> {
        let Attributes::Contact(contact) = record.attributes else { return None };
        let standing = app.hub.config.customer_stages.standing(&contact).map(Standing::as_str);
        let Contact {
            name, lifecycle_stage, mobile_phone, work_phone, fax, website, open_deals, won_deals, deals, ..
        } = contact;
        Some(Self {
            system: record.key.system,
            external_id: record.key.external_id,
            name,
            standing,
            lifecycle_stage,
            mobile_phone,
            work_phone,
            fax,
            website,
            open_deals,
            won_deals,
            deals: deals.into_iter().map(|deal| Deal::of(app, deal)).collect(),
            as_of: record.read_at,
        })
    }
}

impl Deal {
    fn of(app: &App, deal: KeptDeal) -> Self {
        let amount = deal.money().map(|money| money.number());
        Self {
            url: app.hub.config.addresses.deal(&deal.id),
            amount: amount.or(deal.amount),
            currency: deal.currency.map(|currency| currency.to_string()),
            outcome: deal.outcome.map(DealOutcome::as_str),
            expected_close: deal.expected_close.map(|date| date.to_string()),
            closed_on: deal.closed_on.map(|date| date.to_string()),
            id: deal.id,
            name: deal.name,
            stage: deal.stage,
        }
    }
}
