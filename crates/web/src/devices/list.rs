//! The inventory: filters, paging, and the list as CSV (`A07`).

use std::collections::BTreeSet;

use serde::Deserialize;
use tessera_core::kernel::ids::PlaceId;
use tessera_hub::queries::devices::{Holding, InventoryFilter, InventoryItem};
use url::form_urlencoded::Serializer;

use crate::App;
use crate::pages::returns::Choice;
use crate::respond::csv;
use crate::respond::page::{Answer, PageError};

/// Maximum length of a filter, in characters.
const MAX_LENGTH: usize = 100;
/// Rows that are read at once for a table.
const BATCH: usize = 500;

/// Filter and paging of the list.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    pub(crate) show: String,
    pub(crate) state: String,
    pub(crate) product: String,
    pub(crate) r#type: String,
    pub(crate) place: String,
    pub(crate) q: String,
    pub(crate) r#for: String,
    pub(crate) after: String,
}

impl ListQuery {
    /// The entered texts, limited in length.
    pub(crate) fn limited(self) -> Self {
        let short = |text: String| text.trim().chars().take(MAX_LENGTH).collect();
        let Self { show, state, product, r#type, place, q, r#for, after } = self;
        Self {
            show,
            state: short(state),
            product: short(product),
            r#type: short(r#type),
            place,
            q: short(q),
            r#for: short(r#for),
            after,
        }
    }

    /// Which devices. When one is chosen for a customer, those in stock unless others are asked for.
    pub(crate) fn holding(&self) -> Holding {
        match self.show.as_str() {
            "stock" => Holding::Stock,
            "assigned" => Holding::Assigned,
            "differ" => Holding::Mismatched,
            "" if !self.r#for.is_empty() => Holding::Stock,
            _ => Holding::All,
        }
    }

    /// The choices of which devices are shown.
    pub(crate) fn holdings(&self) -> Vec<Choice> {
        let all = [
            ("stock", "In stock", Holding::Stock),
            ("assigned", "Assigned", Holding::Assigned),
            ("differ", "Serial numbers differ", Holding::Mismatched),
            ("all", "All", Holding::All),
        ];
        all.map(|(value, label, it)| Choice::new(value, label, it == self.holding())).into()
    }

    /// The filter of the inventory.
    pub(crate) fn filter(&self) -> Result<InventoryFilter<'_>, PageError> {
        Ok(InventoryFilter {
            holding: self.holding(),
            state: &self.state,
            product: &self.product,
            asset_type: &self.r#type,
            place: self.place_id()?,
            search: &self.q,
            after: &self.after,
        })
    }

    fn place_id(&self) -> Result<Option<PlaceId>, PageError> {
        let place = Some(self.place.as_str()).filter(|place| !place.is_empty());
        place.map(|place| place.parse().map_err(|_| PageError::NOT_FOUND)).transpose()
    }

    /// Whether a text or a place narrows the list.
    pub(crate) fn is_narrowed(&self) -> bool {
        let texts = [&self.state, &self.product, &self.r#type, &self.place, &self.q];
        texts.into_iter().any(|text| !text.is_empty())
    }

    /// A URL with these filters, and a cursor.
    pub(crate) fn url(&self, path: &str, after: &str) -> String {
        let mut query = Serializer::new(String::new());
        let pairs = [
            ("show", &self.show),
            ("state", &self.state),
            ("product", &self.product),
            ("type", &self.r#type),
            ("place", &self.place),
            ("q", &self.q),
            ("for", &self.r#for),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        query.extend_pairs(Some(("after", after)).filter(|(_, after)| !after.is_empty()));
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// A page of the list, and whether there are more devices.
    pub(crate) async fn found(&self, app: &App, size: usize) -> Result<(Vec<InventoryItem>, bool), PageError> {
        let mut found = app.hub.queries().inventory(self.filter()?, size + 1).await?;
        let more = found.len() > size;
        found.truncate(size);
        Ok((found, more))
    }

    /// Id and name of the place in the filter.
    pub(crate) async fn place(&self, app: &App) -> Result<Option<(String, String)>, PageError> {
        let Some(id) = self.place_id()? else { return Ok(None) };
        let place = app.hub.queries().place(id).await?.ok_or(PageError::NOT_FOUND)?;
        Ok(Some((self.place.clone(), place.name)))
    }
}

/// The states, products and types on a page, each once.
pub(crate) fn suggested(found: &[InventoryItem]) -> [Vec<String>; 3] {
    let values = |of: fn(&InventoryItem) -> &Option<String>| {
        let values: BTreeSet<&String> = found.iter().filter_map(|item| of(item).as_ref()).collect();
        values.into_iter().cloned().collect()
    };
    [values(|it| &it.device.state), values(|it| &it.device.product), values(|it| &it.device.asset_type)]
}

/// The filtered inventory as a table.
pub(crate) async fn table(app: &App, mut query: ListQuery) -> Answer {
    let mut table = csv::line([
        "Asset",
        "Name",
        "Type",
        "Product",
        "Vendor",
        "Serial",
        "Inverter serial",
        "Inverter vendor",
        "State",
        "Requester",
        "Used by",
        "Place",
        "Assigned on",
    ]);
    loop {
        let found = app.hub.queries().inventory(query.filter()?, BATCH).await?;
        for item in &found {
            table.push_str(&line(item));
        }
        match found.last().filter(|_| found.len() == BATCH) {
            Some(last) => last.device.external_id.clone_into(&mut query.after),
            None => break,
        }
    }
    Ok(csv::download("inventory.csv", table))
}

fn line(item: &InventoryItem) -> String {
    let device = &item.device;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let used_by = item.customer.as_ref().map(|(_, name)| name.clone()).or_else(|| item.requester.clone());
    let place = item.place.as_ref().map(|(_, name)| name.clone());
    let assigned_on = device.assigned_on.map(|at| at.to_string());
    let cells = [
        device.external_id.clone(),
        device.name.clone(),
        text(&device.asset_type),
        text(&device.product),
        text(&device.vendor),
        text(&device.serial),
        text(&device.inverter_serial),
        text(&device.inverter_vendor),
        text(&device.state),
        text(&device.holder),
        text(&used_by),
        text(&place),
        text(&assigned_on),
    ];
    csv::line(cells.iter().map(String::as_str))
}
