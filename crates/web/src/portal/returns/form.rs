//! The form of a new return: parses it, shows it again with the entered values, and makes it a draft.

use std::collections::BTreeMap;

use tessera_core::devices::Device;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::rejection::{FieldProblem, Rejection};
use tessera_core::persons::place::Place;
use tessera_core::returns::{MAX_LINES, ReturnDraftLine, ReturnOrderError, ReturnReason, split_serials};
use tessera_hub::{HubError, OrderedLine};
use url::form_urlencoded;

use crate::locale::{Arg, rejected, text};
use crate::pages::returns::{Choice, LineForm, NewReturn};

/// The choices that the form offers.
pub(crate) struct Offered<'a> {
    /// The devices, each with its place.
    pub devices: &'a [(PlaceId, Device)],
    /// The places.
    pub places: &'a [Place],
    /// The preselected place.
    pub default_place: PlaceId,
    /// The return reasons.
    pub reasons: Vec<&'a ReturnReason>,
    /// The URL of the list, to which the form is submitted as well.
    pub url: &'a str,
}

/// An error in the form.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReturnFormError {
    #[error("choose one of your places")]
    OwnPlace,
    #[error("choose one of the customer’s places")]
    Place,
    #[error("choose one of the customer’s people")]
    Person,
    /// Items for which neither a device nor anything else was named.
    #[error("{}", nothing_named(items, *of))]
    NothingNamed {
        /// Their numbers.
        items: Vec<usize>,
        /// The number of items in the form.
        of: usize,
    },
}

/// Names the fields that people see.
fn nothing_named(items: &[usize], of: usize) -> String {
    const HOW: &str = "choose a device under “Which device?”, or open “It's something else” and fill in “What is it?”";
    match (items, of) {
        (_, 1) => HOW.to_owned(),
        ([item], _) => format!("item {item}: {HOW}"),
        (several, _) => {
            let several: Vec<_> = several.iter().map(ToString::to_string).collect();
            format!("items {}: {HOW}", several.join(", "))
        }
    }
}

impl Rejection for ReturnFormError {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnPlace | Self::Place => "no_such_place",
            Self::Person => "no_such_person",
            Self::NothingNamed { .. } => "nothing_named",
        }
    }
}

impl From<ReturnFormError> for HubError {
    fn from(error: ReturnFormError) -> Self {
        Self::rejected(error)
    }
}

/// The entered values, by field.
#[derive(Debug, Default)]
pub(crate) struct ReturnForm {
    fields: BTreeMap<String, String>,
    lines: usize,
}

impl ReturnForm {
    /// A form with a preselected device.
    pub(crate) fn for_device(device: &str) -> Self {
        Self { fields: BTreeMap::from([("device_1".to_owned(), device.to_owned())]), lines: 1 }
    }

    /// Parses the submitted form.
    pub(crate) fn read(body: &[u8]) -> Self {
        let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let lines = fields.get("lines").and_then(|lines| lines.parse().ok()).unwrap_or(1);
        Self { fields, lines: usize::clamp(lines, 1, MAX_LINES) }
    }

    pub(crate) fn wants_another_line(&self) -> bool {
        self.fields.contains_key("add")
    }

    pub(crate) fn add_line(&mut self) {
        self.lines = (self.lines + 1).min(MAX_LINES);
    }

    /// The value of a field that does not belong to a line.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |typed| typed.trim())
    }

    fn of_line(&self, name: &str, line: usize) -> &str {
        self.fields.get(&format!("{name}_{line}")).map_or("", String::as_str)
    }

    /// The form with the entered values.
    pub(crate) fn shown(&self, offered: &Offered<'_>, problems: Vec<String>) -> NewReturn {
        let chosen = self.field("place").parse().unwrap_or_else(|_| self.place_of_first(offered));
        let place = |place: &Place| Choice::new(place.id.to_string(), &place.name, place.id == chosen);
        let places = offered.places.iter().filter(|place| place.active).map(place).collect();
        NewReturn {
            action: offered.url.to_owned(),
            back_url: offered.url.to_owned(),
            places: Some(places).filter(|places: &Vec<_>| places.len() > 1).unwrap_or_default(),
            lines: (1..=self.lines).map(|line| self.line_form(line, offered)).collect(),
            can_add: self.lines < MAX_LINES,
            problems,
        }
    }

    /// The place of the first device, or else the default place.
    fn place_of_first(&self, offered: &Offered<'_>) -> PlaceId {
        let first = self.of_line("device", 1);
        let found = offered.devices.iter().find(|(_, it)| it.external_id == first);
        found.map_or(offered.default_place, |(place, _)| *place)
    }

    fn line_form(&self, line: usize, offered: &Offered<'_>) -> LineForm {
        let (device, reason) = (self.of_line("device", line), self.of_line("reason", line));
        let mut choices = vec![Choice::new("", text!("returns-choose-device"), device.is_empty())];
        choices.extend(offered.devices.iter().map(|(_, it)| {
            let label = it.serial.as_ref().map_or_else(|| it.name.clone(), |serial| format!("{}, {serial}", it.name));
            Choice::new(&it.external_id, label, it.external_id == device)
        }));
        let reasons = offered.reasons.iter();
        let quantity = Some(self.of_line("quantity", line)).filter(|typed| !typed.is_empty()).unwrap_or("1");
        LineForm {
            number: u32::try_from(line).unwrap_or(u32::MAX),
            devices: choices,
            reasons: reasons.map(|it| Choice::new(&it.code, &it.label, it.code == reason)).collect(),
            model: self.of_line("model", line).to_owned(),
            quantity: quantity.to_owned(),
            serials: self.of_line("serials", line).to_owned(),
            problem: self.of_line("problem", line).to_owned(),
        }
    }

    /// The return's place: the chosen one, or that of the first device, or the person's default place.
    pub(super) fn place<'a>(
        &self,
        devices: &[(PlaceId, Device)],
        places: &'a [Place],
        default_place: PlaceId,
    ) -> Result<&'a Place, ReturnFormError> {
        let first = self.of_line("device", 1);
        let of_device = devices.iter().find(|(_, it)| it.external_id == first).map(|(place, _)| *place);
        let wanted = match self.fields.get("place") {
            Some(typed) => typed.parse().ok(),
            None => Some(of_device.unwrap_or(default_place)),
        };
        let found = places.iter().find(|place| place.active && Some(place.id) == wanted);
        found.ok_or(ReturnFormError::OwnPlace)
    }

    /// Checks that every item of the customer's form names a device or something else.
    pub(super) fn check_named(&self) -> Result<(), ReturnFormError> {
        let is_blank = |name, line: &usize| self.of_line(name, *line).trim().is_empty();
        let items: Vec<usize> =
            (1..=self.lines).filter(|line| is_blank("device", line) && is_blank("model", line)).collect();
        if items.is_empty() { Ok(()) } else { Err(ReturnFormError::NothingNamed { items, of: self.lines }) }
    }

    /// What is wrong with a line, by the name that the customer's form gives it.
    pub(super) fn in_words(&self, problem: &FieldProblem) -> String {
        match problem.field.strip_prefix("line ") {
            Some(_) if self.lines == 1 => rejected(&problem.message),
            Some(number) => {
                text!("returns-item-problem", number = Arg::shown(&number), problem = rejected(&problem.message))
            }
            None => rejected(&problem.to_string()),
        }
    }

    /// The lines of the draft. Devices other than the person's are reported as unknown.
    pub(super) fn lines(&self, devices: &[(PlaceId, Device)]) -> Result<Vec<ReturnDraftLine>, ReturnOrderError> {
        (1..).zip(self.ordered()).map(|(number, line)| line.among(number, devices)).collect()
    }

    /// The lines as entered.
    pub(crate) fn ordered(&self) -> Vec<OrderedLine> {
        (1..=self.lines).map(|line| self.ordered_line(line)).collect()
    }

    fn ordered_line(&self, line: usize) -> OrderedLine {
        let text = |name| self.of_line(name, line).trim().to_owned();
        let quantity = text("quantity");
        OrderedLine {
            device: Some(text("device")).filter(|device| !device.is_empty()),
            model: text("model"),
            quantity: if quantity.is_empty() { 1 } else { quantity.parse().unwrap_or(0) },
            serials: split_serials(self.of_line("serials", line)),
            reason: text("reason"),
            problem: text("problem"),
        }
    }
}
