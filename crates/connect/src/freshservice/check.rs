//! The doctor's checks: read-only calls of everything the hub needs from the service desk.

use std::collections::BTreeSet;

use tessera_hub::ports::{ConnectError, Finding, Priority, Verdict};

use super::asset_type::with_descendants;
use super::writing::is_called;
use super::{Freshservice, PER_PAGE};
use crate::discipline::Charge;
use crate::discipline::checks::{Settings, Tried, judged};

impl Freshservice {
    /// Runs all checks, and reports failures with remedies.
    pub(super) async fn findings(&self) -> Vec<Finding> {
        let name = self.name();
        let read = |outcome: Result<(), ConnectError>| outcome.map(|()| "Allowed.".to_owned());
        let tried = [
            Tried {
                check: "read_requesters",
                what: "reading requesters",
                outcome: read(self.probe_requesters().await),
                permit: "a role that may view requesters",
            },
            Tried {
                check: "read_asset_types",
                what: "reading asset types",
                outcome: self.probe_asset_types().await.map(|types| format!("{types} asset types.")),
                permit: "a role that may view assets",
            },
            Tried {
                check: "read_assets",
                what: "reading assets with their type fields",
                outcome: read(self.probe_assets().await),
                permit: "a role that may view assets of the workspace",
            },
        ];
        let settings = Settings {
            address: self.address().as_str(),
            address_setting: "freshservice.url",
            key_setting: "freshservice.api_key",
        };
        let mut findings = judged(name, &settings, &tried);
        if tried[1].outcome.is_ok() {
            findings.extend(self.device_type_findings().await);
        }
        if tried[0].outcome.is_ok() {
            findings.push(self.departments_finding().await);
        }
        findings.extend(Finding::clock_and_quota(&self.health()));
        findings
    }

    /// Checks that departments can be read. Without them, the hub works, but does not know the domains of companies.
    async fn departments_finding(&self) -> Finding {
        let (check, name) = ("read_departments", self.name());
        match self.probe_departments().await {
            Ok(()) => Finding::ok(check, name, "Allowed."),
            Err(ConnectError::Forbidden { .. }) => Finding::warn(
                check,
                name,
                "The API key may not do this: reading departments. The domains of companies stay unknown.",
                "Give the key’s owner a role that may view departments.",
            ),
            Err(error) => Finding::unknown(check, name, error.to_string()),
        }
    }

    async fn probe_departments(&self) -> Result<(), ConnectError> {
        let query = [("per_page", "1".to_owned()), ("page", "1".to_owned())];
        let object = "the departments".to_owned();
        let call = self.call(&["departments"], &query, "/departments", object, Priority::Interactive, Charge::ONE);
        self.rows(&call, "departments").await.map(drop)
    }

    /// The configured device type, if there is none called so. Without it, no asset would be a device.
    pub(super) async fn unknown_device_type(&self) -> Option<Finding> {
        self.device_types_found(Priority::Background).await.err().filter(|finding| finding.verdict == Verdict::Fail)
    }

    /// The ids of the configured device type and of those below it, or why there are none.
    async fn device_types_found(&self, priority: Priority) -> Result<BTreeSet<String>, Finding> {
        let (name, wanted) = (self.name(), &self.config.device_asset_type);
        self.device_type_ids(priority).await.map_err(|error| match error {
            ConnectError::Unexpected { found, .. } => Finding::fail(
                "device_type",
                name,
                format!("The asset type “{wanted}” is not there: {found}."),
                "Put the name or the id of the asset type into freshservice.device_asset_type.",
            ),
            error => Finding::unknown("device_type", name, error.to_string()),
        })
    }

    /// Checks the configured device type and its fields.
    async fn device_type_findings(&self) -> Vec<Finding> {
        let (name, wanted) = (self.name(), &self.config.device_asset_type);
        let ids = match self.device_types_found(Priority::Interactive).await {
            Ok(ids) => ids,
            Err(finding) => return vec![finding],
        };
        let below = match ids.len() {
            0 | 1 => String::new(),
            more => format!(" It has {} types below it, which count too.", more - 1),
        };
        let mut findings = vec![Finding::ok("device_type", name, format!("“{wanted}” is there.{below}"))];
        findings.push(match self.probe_fields().await {
            Ok(missing) if missing.is_empty() => {
                Finding::ok("device_fields", name, "Every configured field is there, in the type or above it.")
            }
            Ok(missing) => Finding::fail(
                "device_fields",
                name,
                format!("“{wanted}” has no field called {}.", missing.join(", ")),
                "Put the fields’ names or labels into [freshservice.fields], or add them to the asset type.",
            ),
            Err(error) => Finding::unknown("device_fields", name, error.to_string()),
        });
        findings.extend(self.states_finding().await);
        findings
    }

    /// Checks that the asset type offers the configured states.
    async fn states_finding(&self) -> Option<Finding> {
        let form = self.asset_form(Priority::Interactive).await.ok()?;
        let field = form.fields.iter().find(|field| is_called(field, &self.config.fields.asset_state))?;
        let offered = |state: &&String| field.choices.iter().any(|choice| choice.label == state.trim());
        let configured = [&self.config.assigned_state, &self.config.stock_state];
        let missing: Vec<String> = configured
            .into_iter()
            .filter(|state| !state.trim().is_empty() && !field.choices.is_empty() && !offered(state))
            .map(|state| format!("“{state}”"))
            .collect();
        if missing.is_empty() {
            return None;
        }
        Some(Finding::fail(
            "asset_states",
            self.name(),
            format!("The field {} does not offer {}.", field.label, missing.join(" and ")),
            "Put states that it offers into freshservice.assigned_state and freshservice.stock_state.",
        ))
    }

    /// Checks that requesters can be read.
    async fn probe_requesters(&self) -> Result<(), ConnectError> {
        let query = [("per_page", "1".to_owned()), ("page", "1".to_owned())];
        self.requester_list(&query, "the requesters", Priority::Interactive).await.map(drop)
    }

    /// Checks that assets can be read, with their type fields.
    async fn probe_assets(&self) -> Result<(), ConnectError> {
        let query = [
            ("include", "type_fields".to_owned()),
            ("per_page", PER_PAGE.min(5).to_string()),
            ("page", "1".to_owned()),
        ];
        let call = self.asset_list(&query, "the assets with their type fields".to_owned(), Priority::Interactive);
        let (rows, answer) = self.rows(&call, "assets").await?;
        let complete = rows.iter().all(|row| row.get("type_fields").is_some_and(serde_json::Value::is_object));
        if complete { Ok(()) } else { Err(answer.unexpected("assets without type_fields")) }
    }

    /// Checks that asset types can be read, returns their number, and clears the cache.
    async fn probe_asset_types(&self) -> Result<usize, ConnectError> {
        let rows = self.all_rows("asset_types", "/asset_types", Priority::Interactive).await?;
        self.types.forget().await;
        Ok(rows.len())
    }

    /// The configured fields that the device type lacks. A field can be defined by the type or its ancestors.
    async fn probe_fields(&self) -> Result<Vec<String>, ConnectError> {
        let types = self.types.all(self, Priority::Interactive).await?;
        let ids = with_descendants(&types, &self.config.device_asset_type).unwrap_or_default();
        let fields = &self.config.fields;
        let configured = [
            &fields.serial,
            &fields.inverter_serial,
            &fields.inverter_vendor,
            &fields.product,
            &fields.vendor,
            &fields.asset_state,
        ];
        let mut missing = Vec::new();
        for id in ids.iter().filter(|id| types.get(*id).is_some_and(|it| self.is_named(&it.id, &it.name))) {
            let labels = self.types.labels(id, self, Priority::Interactive).await?;
            let has = |wanted: &str| {
                let name = wanted.trim().to_lowercase().replace([' ', '-'], "_");
                let stem = |full: &String| full.rsplit_once('_').is_some_and(|(stem, _)| stem == name);
                labels.contains_key(&wanted.trim().to_lowercase()) || labels.values().any(stem)
            };
            missing.extend(configured.into_iter().filter(|wanted| !has(wanted)).cloned());
        }
        missing.dedup();
        Ok(missing)
    }

    fn is_named(&self, id: &str, name: &str) -> bool {
        let wanted = self.config.device_asset_type.trim();
        id == wanted || name.trim().eq_ignore_ascii_case(wanted)
    }
}
