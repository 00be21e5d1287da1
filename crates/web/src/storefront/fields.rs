//! The fields of the checkout's forms: contact and billing address, and the options that vendors ask for.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::marketplace::option::USERNAME;
use tessera_core::marketplace::{DataType, OptionKind, SyncOption};
use tessera_core::storefront::BillingDetails;
use tessera_core::storefront::details::asked;
use tessera_hub::DueDetails;

use crate::extract::form::Fields;
use crate::pages::Fact;
use crate::pages::community::Choice;
use crate::pages::storefront::{FieldKind, FormField, Hidden, VendorFields};

/// Beginning of the names of fields with an option of a vendor.
const DETAIL: &str = "d.";
/// Between the ids of several choices.
const BETWEEN: char = '|';

/// The labels of the fields of contact and billing address, what browsers may fill in, and whether they are needed.
const BILLING: [(&str, &str, &str, bool); 10] = [
    ("first_name", "First name", "given-name", true),
    ("last_name", "Last name", "family-name", true),
    ("company", "Company", "organization", false),
    ("phone", "Telephone number", "tel", false),
    ("address1", "Street and number", "address-line1", true),
    ("address2", "Address, second line", "address-line2", false),
    ("post_code", "Postal code", "postal-code", true),
    ("city", "Town or city", "address-level2", true),
    ("state", "State or region", "address-level1", false),
    ("country", "Country", "country-name", true),
];

/// The answers to what vendors ask, by vendor and option.
pub(super) type Answers = BTreeMap<ServiceManagerId, BTreeMap<String, String>>;

/// The contact and billing address of a form.
pub(super) fn billing_of(fields: &Fields) -> BillingDetails {
    BillingDetails::read(|name| fields.get(name))
}

/// Whether a form has a contact and billing address.
pub(super) fn has_billing(fields: &Fields) -> bool {
    fields.beginning("first_name").next().is_some()
}

/// The fields of contact and billing address.
pub(super) fn billing_fields(entered: &BillingDetails, problems: &[FieldProblem]) -> Vec<FormField> {
    let values = entered.fields();
    let field = |((name, label, autocomplete, required), (_, value)): (&(&str, &str, &'static str, bool), _)| {
        let value: &str = value;
        FormField {
            id: name.replace('_', "-"),
            name: (*name).to_owned(),
            label: (*label).to_owned(),
            kind: if *name == "phone" { FieldKind::Tel } else { FieldKind::Text },
            value: value.to_owned(),
            autocomplete,
            required: *required,
            error: problem(problems, name),
            ..FormField::default()
        }
    };
    BILLING.iter().zip(values).map(field).collect()
}

/// Contact and billing address as they are carried from one step to the next.
pub(super) fn hidden_billing(entered: &BillingDetails) -> Vec<Hidden> {
    let hidden = |(name, value): (&'static str, &str)| Hidden { name: name.to_owned(), value: value.to_owned() };
    entered.fields().into_iter().map(hidden).collect()
}

/// Contact and billing address as text.
pub(super) fn billing_facts(entered: &BillingDetails, email: &str) -> Vec<Fact> {
    let line = |parts: &[&str], between: &str| {
        parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
    };
    let town = line(&[&entered.post_code, &entered.city], " ");
    let address = line(&[&entered.address1, &entered.address2, &town, &entered.state, &entered.country], ", ");
    let facts = [
        ("Name", entered.full_name()),
        ("Company", entered.company.clone()),
        ("E-mail address", email.to_owned()),
        ("Telephone number", entered.phone.clone()),
        ("Billing address", address),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| Fact::new(label, value)).collect()
}

fn name_of(vendor: ServiceManagerId, option: &str) -> String {
    format!("{DETAIL}{vendor}.{option}")
}

/// The answers of a form.
pub(super) fn answers_of(fields: &Fields) -> Answers {
    let mut answers = Answers::new();
    for (name, value) in fields.beginning(DETAIL) {
        let Some((vendor, option)) = name.split_once('.') else { continue };
        let Ok(vendor) = vendor.parse::<ServiceManagerId>() else { continue };
        let answer = answers.entry(vendor).or_default().entry(option.to_owned()).or_default();
        // Each ticked box of several has the same name.
        if !answer.is_empty() && !value.is_empty() {
            answer.push(BETWEEN);
        }
        answer.push_str(value);
    }
    answers
}

/// The answers as they are carried from one step to the next.
pub(super) fn hidden_answers(answers: &Answers) -> Vec<Hidden> {
    let of_vendor = |(vendor, answers): (&ServiceManagerId, &BTreeMap<String, String>)| {
        let vendor = *vendor;
        let hidden =
            move |(option, value): (&String, &String)| Hidden { name: name_of(vendor, option), value: value.clone() };
        answers.iter().map(hidden).collect::<Vec<_>>()
    };
    answers.iter().flat_map(of_vendor).collect()
}

/// The vendors with the fields that are asked for. `email` fills a user name that nobody has entered.
pub(super) fn vendor_fields(
    due: &[DueDetails],
    answers: &Answers,
    email: &str,
    problems: &[FieldProblem],
) -> Vec<VendorFields> {
    let vendor = |(number, due): (usize, &DueDetails)| {
        let answered = answers.get(&due.vendor.id);
        let value = |option: &SyncOption| match answered {
            // A box that is not ticked is not sent.
            Some(answered) => answered.get(&option.id).cloned().unwrap_or_default(),
            None => due.values.get(&option.id).cloned().unwrap_or_else(|| automatic(option, email)),
        };
        let field = |(place, option)| option_field(due.vendor.id, (number, place), option, value(option), problems);
        let fields = asked(&due.vendor.fields).enumerate().map(field).collect();
        VendorFields { name: due.vendor.name.clone(), fields }
    };
    due.iter().enumerate().map(vendor).collect()
}

fn option_field(
    vendor: ServiceManagerId,
    (number, place): (usize, usize),
    option: &SyncOption,
    value: String,
    problems: &[FieldProblem],
) -> FormField {
    FormField {
        id: format!("d-{number}-{place}"),
        label: option.name.clone(),
        kind: kind_of(option),
        choices: choices_of(option, &value),
        hint: option.description.clone().filter(|text| !text.trim().is_empty()),
        required: option.required,
        error: problem(problems, &format!("details.{vendor}.{}", option.id)),
        autocomplete: "off",
        value,
        name: name_of(vendor, &option.id),
    }
}

/// What the platform would fill in: the e-mail address as the user name, and the default of a list.
fn automatic(option: &SyncOption, email: &str) -> String {
    if option.id.eq_ignore_ascii_case(USERNAME) {
        return email.to_owned();
    }
    let defaults = option.values.iter().filter(|choice| choice.default).map(|choice| choice.id.as_str());
    defaults.collect::<Vec<_>>().join("|")
}

const fn kind_of(option: &SyncOption) -> FieldKind {
    match (option.kind, option.data_type) {
        (OptionKind::List | OptionKind::Boolean, _) => FieldKind::Select,
        (OptionKind::ListMultiSelect, _) => FieldKind::Checks,
        (OptionKind::TextArea, _) => FieldKind::Area,
        (OptionKind::Link, _) => FieldKind::Url,
        (OptionKind::SimpleValue, DataType::Number | DataType::Currency) => FieldKind::Number,
        (OptionKind::SimpleValue, DataType::Date) => FieldKind::Date,
        _ => FieldKind::Text,
    }
}

fn choices_of(option: &SyncOption, value: &str) -> Vec<Choice> {
    if option.kind == OptionKind::Boolean {
        let choice = |it: &str, label: &str| Choice {
            value: it.to_owned(),
            label: label.to_owned(),
            chosen: value.eq_ignore_ascii_case(it),
        };
        return vec![choice("true", "Yes"), choice("false", "No")];
    }
    let chosen: Vec<&str> = value.split([BETWEEN, ',']).map(str::trim).collect();
    let choice = |it: &tessera_core::marketplace::Choice| Choice {
        value: it.id.clone(),
        label: it.name.clone(),
        chosen: chosen.contains(&it.id.as_str()),
    };
    option.values.iter().map(choice).collect()
}

/// The answers as text.
pub(super) fn answer_facts(due: &[DueDetails], answers: &Answers) -> Vec<Fact> {
    let of_vendor = |due: &DueDetails| {
        let given = answers.get(&due.vendor.id).cloned().unwrap_or_default();
        let fact = |option: &SyncOption| {
            let value = given.get(&option.id).filter(|value| !value.trim().is_empty())?;
            let chosen = choices_of(option, value).into_iter().filter(|choice| choice.chosen);
            let labels: Vec<String> = chosen.map(|choice| choice.label).collect();
            let text = if labels.is_empty() { value.clone() } else { labels.join(", ") };
            Some(Fact::new(option.name.clone(), text))
        };
        asked(&due.vendor.fields).filter_map(fact).collect::<Vec<_>>()
    };
    due.iter().flat_map(of_vendor).collect()
}

fn problem(problems: &[FieldProblem], field: &str) -> Option<String> {
    problems.iter().find(|problem| problem.field == field).map(|problem| problem.message.clone())
}
