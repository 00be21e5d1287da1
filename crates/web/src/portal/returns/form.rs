//! The form of a new return: what was typed, shown again, and made into a draft.

use std::collections::BTreeMap;

use tessera_core::device::Device;
use tessera_core::id::PlaceId;
use tessera_core::place::Place;
use tessera_core::rma::{DeviceRef, DraftLine, MOST_LINES, ReturnReason, typed_serials};
use tessera_hub::HubError;
use url::form_urlencoded;

use super::URL;
use crate::view::returns::{Choice, LineForm, NewReturn};

/// What was typed, by field.
#[derive(Debug, Default)]
pub(super) struct Typed {
    fields: BTreeMap<String, String>,
    lines: usize,
}

impl Typed {
    /// A form that begins with a device.
    pub(super) fn for_device(device: &str) -> Self {
        Self { fields: BTreeMap::from([("device_1".to_owned(), device.to_owned())]), lines: 1 }
    }

    /// What a browser sent.
    pub(super) fn read(body: &[u8]) -> Self {
        let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let lines = fields.get("lines").and_then(|lines| lines.parse().ok()).unwrap_or(1);
        Self { fields, lines: usize::clamp(lines, 1, MOST_LINES) }
    }

    pub(super) fn wants_another_line(&self) -> bool {
        self.fields.contains_key("add")
    }

    pub(super) fn add_line(&mut self) {
        self.lines = (self.lines + 1).min(MOST_LINES);
    }

    fn field(&self, name: &str, line: usize) -> &str {
        self.fields.get(&format!("{name}_{line}")).map_or("", String::as_str)
    }

    /// The form with what was typed in it.
    pub(super) fn shown(
        &self,
        devices: &[(PlaceId, Device)],
        places: &[Place],
        default_place: PlaceId,
        reasons: &[ReturnReason],
        problems: Vec<String>,
    ) -> NewReturn {
        let chosen = self.fields.get("place").and_then(|place| place.parse().ok()).unwrap_or(default_place);
        let place = |place: &Place| Choice::new(place.id.to_string(), &place.name, place.id == chosen);
        let places = places.iter().filter(|place| place.active).map(place).collect();
        NewReturn {
            action: URL.to_owned(),
            back_url: URL.to_owned(),
            places: Some(places).filter(|places: &Vec<_>| places.len() > 1).unwrap_or_default(),
            lines: (1..=self.lines).map(|line| self.line_form(line, devices, reasons)).collect(),
            can_add: self.lines < MOST_LINES,
            problems,
        }
    }

    fn line_form(&self, line: usize, devices: &[(PlaceId, Device)], reasons: &[ReturnReason]) -> LineForm {
        let (device, reason) = (self.field("device", line), self.field("reason", line));
        let mut choices = vec![Choice::new("", "Choose a device…", device.is_empty())];
        choices.extend(devices.iter().map(|(_, it)| {
            let label = it.serial.as_ref().map_or_else(|| it.name.clone(), |serial| format!("{}, {serial}", it.name));
            Choice::new(&it.external_id, label, it.external_id == device)
        }));
        let reasons = reasons.iter().filter(|it| it.for_customers);
        let quantity = Some(self.field("quantity", line)).filter(|typed| !typed.is_empty()).unwrap_or("1");
        LineForm {
            number: u32::try_from(line).unwrap_or(u32::MAX),
            devices: choices,
            reasons: reasons.map(|it| Choice::new(&it.code, &it.label, it.code == reason)).collect(),
            model: self.field("model", line).to_owned(),
            quantity: quantity.to_owned(),
            serials: self.field("serials", line).to_owned(),
            problem: self.field("problem", line).to_owned(),
        }
    }

    /// The place of the return: the one that was chosen, or that of the first device, or the person's default place.
    pub(super) fn place<'a>(
        &self,
        devices: &[(PlaceId, Device)],
        places: &'a [Place],
        default_place: PlaceId,
    ) -> Result<&'a Place, HubError> {
        let first = self.field("device", 1);
        let of_device = devices.iter().find(|(_, it)| it.external_id == first).map(|(place, _)| *place);
        let wanted = match self.fields.get("place") {
            Some(typed) => typed.parse().ok(),
            None => Some(of_device.unwrap_or(default_place)),
        };
        let found = places.iter().find(|place| place.active && Some(place.id) == wanted);
        found.ok_or_else(|| HubError::Precondition {
            code: "no_such_place",
            detail: "choose one of your places".to_owned(),
        })
    }

    /// The lines of the draft. A device is one of the person's, or it is not known here.
    pub(super) fn lines(&self, devices: &[(PlaceId, Device)]) -> Result<Vec<DraftLine>, HubError> {
        (1..=self.lines).map(|line| self.line(line, devices)).collect()
    }

    fn line(&self, line: usize, devices: &[(PlaceId, Device)]) -> Result<DraftLine, HubError> {
        let text = |name| self.field(name, line).trim().to_owned();
        let (reason, problem) = (text("reason"), text("problem"));
        let named = self.field("device", line);
        if named.is_empty() {
            let quantity = self.field("quantity", line).trim();
            let quantity = if quantity.is_empty() { 1 } else { quantity.parse().unwrap_or(0) };
            let serials = typed_serials(self.field("serials", line));
            return Ok(DraftLine { device: None, model: text("model"), quantity, serials, reason, problem });
        }
        let found = devices.iter().find(|(_, it)| it.external_id == named);
        let (_, device) = found.ok_or_else(|| HubError::Precondition {
            code: "no_such_device",
            detail: format!("line {line}: choose one of your devices"),
        })?;
        Ok(DraftLine {
            device: Some(DeviceRef { system: device.system.clone(), external_id: device.external_id.clone() }),
            model: device.name.clone(),
            quantity: 1,
            serials: device.serial.iter().cloned().collect(),
            reason,
            problem,
        })
    }
}
