//! The synchronization options of an account at a vendor.

use serde::Serialize;

use super::Link;
use crate::pages::console::Badge;
use crate::pages::returns::Choice;
use crate::pages::samples::{PageSamples, Sample, Shown, states};
use crate::pages::{Page, Tone};

/// The form with every option. Fields: `option.<id>`, and the button `act`.
#[derive(Debug, Clone, Serialize)]
pub struct Synchronization {
    pub account: Link,
    pub manager: Link,
    pub action: String,
    pub state: Badge,
    /// Whether the options of the vendor are known.
    pub known: bool,
    pub fields: Vec<OptionField>,
    /// Values of fields that the vendor has taken back.
    pub kept: Vec<(String, String)>,
    /// URL of the operation that has not ended.
    pub pending_url: Option<String>,
    /// Whether the account can be synchronized.
    pub active: bool,
    /// Problems that belong to no field.
    pub problems: Vec<String>,
    /// Whether the form was refused.
    pub refused: bool,
}

impl Page for Synchronization {
    const TEMPLATE: &'static str = "console/marketplace_platform/synchronization.html";
}

/// An option.
#[derive(Debug, Clone, Serialize)]
pub struct OptionField {
    pub number: usize,
    pub id: String,
    pub label: String,
    pub description: Option<String>,
    /// `text`, `lines`, `number`, `date`, `link`, `choice`, `choices`, `yes_no` or `shown`.
    pub input: &'static str,
    pub required: bool,
    pub value: String,
    pub choices: Vec<Choice>,
    /// What is sent if it is left empty.
    pub default: Option<String>,
    pub problem: Option<String>,
}

impl Sample for Synchronization {
    fn samples() -> Vec<(String, Self)> {
        let field = |number, input, required| OptionField {
            number,
            id: format!("option{number}"),
            label: format!("Option {number}"),
            description: (number == 1).then(|| "Without www".to_owned()),
            input,
            required,
            value: if input == "date" { "2026-01-31".to_owned() } else { "a".to_owned() },
            choices: vec![Choice::new("a", "First", true), Choice::new("b", "Second", false)],
            default: (number == 2).then(|| "office@example.com".to_owned()),
            problem: None,
        };
        let inputs = ["text", "lines", "number", "date", "link", "choice", "choices", "yes_no", "shown"];
        let fields: Vec<_> = inputs.iter().enumerate().map(|(at, input)| field(at + 1, *input, at % 2 == 0)).collect();
        let usual = Self {
            account: Link::new("Acme Ltd", "/console/marketplace-accounts/0199"),
            manager: Link::new("Example Cloud", "/console/service-managers/0199"),
            action: "/console/marketplace-accounts/0199/synchronize/0199".to_owned(),
            state: Badge::new("Linked as c-1", Tone::Good),
            known: true,
            fields: fields.clone(),
            kept: vec![("colour".to_owned(), "red".to_owned())],
            pending_url: Some("/console/operations/0199".into()),
            active: true,
            problems: Vec::new(),
            refused: false,
        };
        let mut wrong = fields;
        for field in &mut wrong {
            field.problem = Some("is required".to_owned());
        }
        let refused = Self {
            fields: wrong,
            problems: vec!["This service manager has no option “colour”".into()],
            refused: true,
            ..usual.clone()
        };
        let unknown = Self { known: false, fields: Vec::new(), kept: Vec::new(), pending_url: None, ..usual.clone() };
        let none = Self { fields: Vec::new(), kept: Vec::new(), active: false, ..usual.clone() };
        states([("usual", usual), ("refused", refused), ("unknown", unknown), ("none", none)])
    }
}

inventory::submit! {
    PageSamples::of::<Synchronization>(Shown::Staff("/console/marketplace-accounts/0199/synchronize/0199"))
}
