//! Everything about a person: the page to export and erase it, and the export to be printed (`H10`).

use serde::Serialize;
use serde_json::Value;
use tessera_hub::queries::privacy::{ErasureReport, PersonExport};

use crate::pages::{Fact, Page};

/// The page to export or erase a person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonPrivacy {
    /// The name.
    pub name: String,
    /// The person id, which confirms an erasure.
    pub person_id: String,
    /// URL of the person.
    pub person_url: String,
    /// URL of the export as a page.
    pub export_url: String,
    /// URL of the export as a file.
    pub download_url: String,
    /// What an erasure erases and keeps; `None` if the person cannot be erased.
    pub erasure: Option<ErasureForm>,
    /// Why the person cannot be erased, or was not.
    pub problem: Option<String>,
}

impl Page for PersonPrivacy {
    const TEMPLATE: &'static str = "console/persons/privacy.html";
}

/// The preview of an erasure with its form.
#[derive(Debug, Clone, Serialize)]
pub struct ErasureForm {
    /// Form action; fields `confirm` and `with_customer`.
    pub action: String,
    /// What is erased.
    pub erased: Vec<ErasedRow>,
    /// What stays.
    pub kept: Vec<KeptRow>,
    /// Whether the customer record is erased with the person.
    pub with_customer: bool,
    /// URL of the preview with the other choice.
    pub other_url: String,
}

/// Something that an erasure erases.
#[derive(Debug, Clone, Serialize)]
pub struct ErasedRow {
    /// What it is.
    pub title: String,
    /// How many.
    pub count: usize,
    /// Whether it is deleted as a whole.
    pub is_deleted: bool,
}

/// Something that stays.
#[derive(Debug, Clone, Serialize)]
pub struct KeptRow {
    /// What it is.
    pub title: String,
    /// How many.
    pub count: usize,
    /// Why.
    pub why: String,
}

impl ErasureForm {
    /// The form with what a preview found.
    pub fn of(report: ErasureReport, action: String, other_url: String) -> Self {
        let with_customer = report.erased.iter().any(|it| it.section == "customer");
        let erased = report.erased.into_iter();
        let erased =
            erased.map(|it| ErasedRow { title: it.title.to_owned(), count: it.count, is_deleted: it.is_deleted });
        let kept = report.kept.into_iter();
        let kept = kept.map(|it| KeptRow { title: it.title.to_owned(), count: it.count, why: it.why.to_owned() });
        Self { action, erased: erased.collect(), kept: kept.collect(), with_customer, other_url }
    }
}

/// Everything about a person, to be printed.
#[derive(Debug, Clone, Serialize)]
pub struct PersonExportPage {
    /// The name.
    pub name: String,
    /// The person id.
    pub person_id: String,
    /// When the data was read.
    pub exported_at: jiff::Timestamp,
    /// URL of the privacy page; `None` outside the console.
    pub back_url: Option<String>,
    /// The sections.
    pub sections: Vec<ExportedSection>,
}

impl Page for PersonExportPage {
    const TEMPLATE: &'static str = "console/persons/export.html";
}

/// A section of an export.
#[derive(Debug, Clone, Serialize)]
pub struct ExportedSection {
    /// Its title.
    pub title: String,
    /// The entries, each with its facts.
    pub items: Vec<Vec<Fact>>,
}

impl PersonExportPage {
    /// The page of an export.
    pub fn of(exported: &PersonExport, back_url: Option<String>) -> Self {
        let section = |section: &tessera_hub::queries::privacy::ExportSection| ExportedSection {
            title: section.title.to_owned(),
            items: section.items.iter().map(facts).collect(),
        };
        Self {
            name: exported.name.clone(),
            person_id: exported.person_id.clone(),
            exported_at: exported.exported_at,
            back_url,
            sections: exported.sections.iter().map(section).collect(),
        }
    }
}

/// The fields of an entry, those of nested objects with the names of both.
fn facts(item: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    collect(item, "", &mut facts);
    facts
}

fn collect(value: &Value, label: &str, facts: &mut Vec<Fact>) {
    let below = |name: &str| {
        let name = name.replace('_', " ");
        if label.is_empty() { name } else { format!("{label}, {name}") }
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| collect(value, &below(name), facts)),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (item, number) in items.iter().zip(1_u32..) {
                collect(item, &below(&number.to_string()), facts);
            }
        }
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(text).collect();
            if !texts.is_empty() {
                facts.push(Fact::new(label, texts.join(", ")));
            }
        }
        value => facts.push(Fact::new(label, text(value))),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn h10_every_value_of_an_export_is_on_the_page() {
        let item = json!({ "person_id": "ada", "gone": null, "sign_in": { "email": "a@example.com" },
            "answers": [["Colour", "red"]], "roles": ["A", "B"], "count": 3 });
        let shown: Vec<_> = facts(&item).into_iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect();
        assert_eq!(
            shown,
            ["person id: ada", "sign in, email: a@example.com", "answers, 1: Colour, red", "roles: A, B", "count: 3"]
        );
    }
}
