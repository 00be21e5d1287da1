//! The catalogues are complete, used, and consistent; and no moved face has text outside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use jiff::tz::TimeZone;
use tessera_core::explain::Reason;
use tessera_core::kernel::language::Language;

use super::catalogue::{FSI, PDI, sources, written};
use super::{Arg, ENGLISH_ONLY, Form, Locale, catalogue, message, rejections, within};
use crate::pages::{Renderer, embedded, samples};

/// Templates whose texts are not in the catalogues yet. The list only gets shorter.
const NOT_MOVED: [&str; 5] = ["console/", "devices/", "storefront/", "tech/", "warehouse/"];

/// Sources with texts for the readers of moved faces.
const MOVED_SOURCES: [&str; 4] = ["activation", "auth", "portal", "timeline/customer.rs"];

/// A message: the variables it uses, and its text with a mark in place of each placeable.
#[derive(Debug, Default)]
struct Message {
    variables: BTreeSet<String>,
    text: String,
}

/// The messages of a language by key. Every file parses, and no key is there twice.
fn messages(language: Language) -> BTreeMap<String, Message> {
    let mut messages = BTreeMap::new();
    for (file, source) in sources(language) {
        let resource = parser::parse(source).unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(entry) = entry else { continue };
            let mut message = Message::default();
            read(&entry.value.expect("a message has a value"), &mut message);
            assert!(messages.insert(entry.id.name.to_owned(), message).is_none(), "{file}: {} twice", entry.id.name);
        }
    }
    messages
}

fn read(pattern: &Pattern<&str>, message: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => message.text.push_str(value),
            PatternElement::Placeable { expression } => read_expression(expression, message),
        }
    }
}

fn read_expression(expression: &Expression<&str>, message: &mut Message) {
    let mut inline = |it: &InlineExpression<&str>| {
        if let InlineExpression::VariableReference { id } = it {
            message.variables.insert(id.name.to_owned());
        }
        message.text.push('\u{fffc}');
    };
    match expression {
        Expression::Inline(it) => inline(it),
        Expression::Select { selector, variants } => {
            inline(selector);
            for variant in variants {
                read(&variant.value, message);
            }
        }
    }
}

/// The keys that templates and sources use, with the names of the arguments that they pass.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let mut used = BTreeMap::<String, BTreeSet<String>>::new();
    let templates = embedded().map(|(name, text)| (name.to_owned(), text.to_owned(), "t("));
    let rust = rust_sources().into_iter().map(|(name, text)| (name, text, "text!("));
    for (name, text, call) in templates.chain(rust) {
        for (at, _) in text.match_indices(call) {
            let is_part_of_a_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let inside = &text[at + call.len()..];
            let Some(key) = inside.trim_start().strip_prefix('"').filter(|_| !is_part_of_a_name) else { continue };
            let Some((key, rest)) = key.split_once('"') else { continue };
            let arguments = arguments(rest).unwrap_or_else(|| panic!("{name}: the call with {key} has no end"));
            used.entry(key.to_owned()).or_default().extend(arguments);
        }
    }
    used
}

/// The names of the arguments behind the key of a call.
fn arguments(rest: &str) -> Option<BTreeSet<String>> {
    let (mut depth, mut quote, mut names, mut begin) = (0_u32, None, BTreeSet::new(), 0);
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"') => quote = Some('"'),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')') if depth == 0 => {
                names.extend(argument(&rest[begin..at]));
                return Some(names);
            }
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                names.extend(argument(&rest[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
    }
    None
}

fn argument(text: &str) -> Option<String> {
    let (name, _) = text.split_once('=')?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// All sources of this crate, with their names.
fn rust_sources() -> Vec<(String, String)> {
    fn below(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("the sources are there").path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source is text");
                let is_comment = |line: &&str| line.trim_start().starts_with("//");
                let code = source.lines().filter(|line| !is_comment(line)).collect::<Vec<_>>().join("\n");
                found.push((path.display().to_string(), code));
            }
        }
    }
    let mut found = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.retain(|(name, _)| !name.ends_with("locale/tests.rs"));
    found
}

/// Keys that are put together by the program.
fn composed() -> BTreeSet<String> {
    let reasons = Reason::ALL
        .iter()
        .flat_map(|reason| ["title", "why", "next"].map(|part| crate::explain::reason_key(*reason, part)));
    let rejections = rejections::keys().into_iter().map(str::to_owned);
    let dates = [
        "date-day",
        "date-day-and-month",
        "date-moment",
        "date-month",
        "date-weekday",
        "date-appointment",
        "date-appointment-point",
    ]
    .map(str::to_owned);
    reasons.chain(rejections).chain(dates).collect()
}

#[test]
fn every_language_has_every_message_with_the_same_arguments() {
    let english = messages(Language::English);
    for language in Language::ALL {
        let own = messages(language);
        let keys = |of: &BTreeMap<String, Message>| -> BTreeSet<String> {
            // A language writes dates as it likes, so it may do without the names of the months.
            of.keys().filter(|key| *key != "date-month").cloned().collect()
        };
        let (known, wanted) = (keys(&own), keys(&english));
        let differ: Vec<_> = known.symmetric_difference(&wanted).collect();
        assert!(differ.is_empty(), "{}: {differ:?}", language.tag());
        for (key, message) in &own {
            assert!(!message.text.trim().is_empty() || !message.variables.is_empty(), "{key} is empty");
            let same = english.get(key).is_none_or(|english| english.variables == message.variables);
            assert!(same || key.starts_with("date-"), "{}: {key} has other arguments", language.tag());
        }
    }
}

#[test]
fn every_message_is_used_and_every_used_message_is_there() {
    let (known, used, composed) = (messages(Language::English), used(), composed());
    let unknown: Vec<_> = used.keys().filter(|key| !known.contains_key(*key)).collect();
    assert!(unknown.is_empty(), "no catalogue has {unknown:?}");
    let unused: Vec<_> = known.keys().filter(|key| !used.contains_key(*key) && !composed.contains(*key)).collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
    for (key, arguments) in used {
        let variables = &known[&key].variables;
        assert!(
            variables.is_subset(&arguments) || key.starts_with("date-"),
            "{key} needs {variables:?}, gets {arguments:?}"
        );
    }
}

/// Messages become part of pages as they are, so their markup is of a few kinds only, and what they say can stand in an
/// attribute.
#[test]
fn messages_have_little_markup() {
    for language in Language::ALL {
        for (key, message) in messages(language) {
            let mut rest = message.text.as_str();
            while let Some((_, tag)) = rest.split_once('<') {
                let (tag, after) = tag.split_once('>').unwrap_or_else(|| panic!("{key}: a tag has no end"));
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
                assert!(["a", "bdi", "br", "code", "strong"].contains(&name), "{key}: <{tag}>");
                rest = after;
            }
            let is_plain = !message.text.contains('<');
            assert!(!is_plain || !message.text.contains('"'), "{key}: a quotation mark would end an attribute");
        }
    }
}

/// The text of a template that people read: outside tags, expressions and blocks.
fn visible_text(template: &str) -> String {
    let mut seen = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['<', '{']) {
        seen.push_str(&rest[..at]);
        let end = match rest[at..].get(..2).unwrap_or_default() {
            "{{" => "}}",
            "{%" => "%}",
            "{#" => "#}",
            it if it.starts_with('<') => {
                rest = after_tag(&rest[at..]);
                seen.push('\n');
                continue;
            }
            _ => "",
        };
        rest = rest[at..].split_once(end).map_or("", |(_, after)| if end.is_empty() { &after[1..] } else { after });
        seen.push('\n');
    }
    seen.push_str(rest);
    seen
}

/// The text behind a tag, whose attributes may contain expressions and blocks.
fn after_tag(mut rest: &str) -> &str {
    while let Some(at) = rest.find(['>', '{']) {
        let end = match rest[at..].get(..2).unwrap_or_default() {
            "{{" => "}}",
            "{%" => "%}",
            _ if rest[at..].starts_with('>') => return &rest[at + 1..],
            _ => "{",
        };
        rest = rest[at + 1..].split_once(end).map_or("", |(_, after)| after);
    }
    ""
}

#[test]
fn moved_templates_have_no_text_of_their_own() {
    let moved = |name: &str| !NOT_MOVED.iter().any(|folder| name.starts_with(folder));
    // The marks of the writing help are shown as they are typed, and two macros write attributes.
    let shown = ["*slanted*", "**strong**", "`code`", "# Heading", "- item", "1. item", "quoted"];
    let shown = shown.into_iter().chain([" aria-invalid=\"true\"", " aria-describedby=\""]).collect::<Vec<_>>();
    for (name, template) in embedded().filter(|(name, _)| moved(name)) {
        let without_style = match (template.split_once("<style>"), template.split_once("</style>")) {
            (Some((before, _)), Some((_, after))) => format!("{before}{after}"),
            _ => template.to_owned(),
        };
        let text = shown.iter().fold(visible_text(&without_style), |text, mark| text.replace(mark, ""));
        for line in text.lines() {
            let line = ["&gt;", "&nbsp;", "urn:uuid:", "portal", "inside", "task"]
                .iter()
                .fold(line.to_owned(), |it, word| it.replace(word, ""));
            let words = line.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1);
            assert_eq!(words.collect::<Vec<_>>(), Vec::<&str>::new(), "{name}: text outside the catalogues");
        }
        for attribute in ["aria-label", "placeholder", "alt", "title"] {
            for (at, _) in template.match_indices(&format!(" {attribute}=\"")) {
                let value = &template[at + attribute.len() + 3..];
                assert!(value.starts_with("{{") || value.starts_with('"'), "{name}: {attribute} {:?}", value.get(..40));
            }
        }
    }
}

/// Sentences in the sources of moved faces: string literals that begin with a capital letter and have several words.
#[test]
fn moved_sources_have_no_sentences_of_their_own() {
    let sources = rust_sources();
    let is_moved = |name: &str| MOVED_SOURCES.iter().any(|moved| name.contains(&format!("/src/{moved}")));
    for (name, source) in sources.iter().filter(|(name, _)| is_moved(name)) {
        let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for line in source.lines().filter(|line| !line.contains("tracing::")) {
            for literal in line.split('"').skip(1).step_by(2) {
                let is_sentence = literal.starts_with(|c: char| c.is_ascii_uppercase())
                    && literal.split(' ').count() > 2
                    && !literal.contains(['=', '%', '\\']);
                assert!(!is_sentence, "{name}: {literal:?} is outside the catalogues");
            }
        }
    }
}

fn german() -> Locale {
    Locale { language: Language::German, zone: TimeZone::UTC }
}

/// English texts of at least three words that no German text contains, as plain text.
fn english_sentences() -> Vec<String> {
    let (english, german) = (messages(Language::English), messages(Language::German));
    let german: BTreeSet<&str> = german.values().map(|message| message.text.as_str()).collect();
    let is_told = |text: &&str| text.split_whitespace().count() > 2 && !text.contains(['\u{fffc}', '<', '\n']);
    let texts = english.values().map(|message| message.text.as_str()).filter(is_told);
    texts.filter(|text| !german.contains(text)).map(str::to_owned).collect()
}

#[test]
fn every_page_and_mail_of_a_moved_face_is_german_for_a_german_reader() {
    let renderer = Renderer::new(None).unwrap();
    let sentences = english_sentences();
    let check = |name: &str, text: &str| {
        let text = text.replace("&#39;", "'");
        let left: Vec<_> = sentences.iter().filter(|sentence| text.contains(sentence.as_str())).collect();
        assert!(left.is_empty(), "{name} says in English: {left:?}");
    };
    let (pages, mails) = within(german(), || (samples::pages(&renderer), samples::emails(&renderer)));
    let moved = |name: &str| !NOT_MOVED.iter().any(|folder| name.starts_with(&folder.replace('/', "-")));
    for page in pages.into_iter().filter(|page| moved(&page.name)) {
        let html = page.result.unwrap();
        if !html.starts_with("<?xml") {
            assert!(html.contains("<html lang=\"de\" dir=\"ltr\""), "{}", page.name);
            check(&page.name, &html);
        }
    }
    for mail in mails {
        let rendered = mail.result.unwrap();
        assert!(rendered.html.contains("<html lang=\"de\""), "{}", mail.name);
        for part in [&rendered.subject, &rendered.text, &rendered.html] {
            check(&mail.name, part);
        }
    }
}

#[test]
fn numbers_are_written_with_the_separators_of_the_language() {
    assert_eq!(written("1234567", Language::English), "1,234,567");
    assert_eq!(written("-1234.5", Language::German), "-1.234,5");
    assert_eq!(written("999", Language::German), "999");
    let devices =
        |count: i64| message("portal-devices-list-as-of", &[("count", Arg::from(count)), ("as_of", Arg::from("x"))]);
    assert_eq!(devices(1), "1 device · as of x");
    assert_eq!(devices(1200), "1,200 devices · as of x");
    assert_eq!(within(german(), || devices(1200)), "1.200 Geräte · Stand: x");
}

/// What people wrote is kept apart from the sentence if it runs the other way, and never ends the isolation itself.
#[test]
fn text_of_the_other_direction_is_isolated() {
    let said = |name: &str, form| {
        catalogue::format(Language::English, "mail-hello-name", &[("name", Arg::from(name))], form).unwrap()
    };
    assert_eq!(said("משה", Form::Text), format!("Hello {FSI}משה{PDI},"));
    assert_eq!(
        said("\u{2069}משה\u{202e}", Form::Text),
        format!("Hello {FSI}משה{PDI},"),
        "marks of others are left out"
    );
    assert_eq!(said("Jo", Form::Text), "Hello Jo,", "nothing is added where nothing turns");
    assert_eq!(said("<b>", Form::Html), "Hello &lt;b&gt;,");
}

#[test]
fn a_page_is_from_right_to_left_only_if_its_language_is() {
    for language in Language::ALL {
        let locale = Locale { language, zone: TimeZone::UTC };
        let renderer = Renderer::new(None).unwrap();
        let pages = within(locale, || samples::pages(&renderer));
        let html = pages.into_iter().find(|page| page.name.starts_with("auth-sign_in")).unwrap().result.unwrap();
        let direction = if language.is_right_to_left() { "rtl" } else { "ltr" };
        assert!(html.contains(&format!("<html lang=\"{}\" dir=\"{direction}\"", language.tag())));
    }
}

#[test]
fn faces_in_english_only_are_those_whose_templates_are_not_moved() {
    let faces: BTreeSet<&str> = NOT_MOVED.iter().map(|folder| folder.trim_end_matches('/')).collect();
    for path in ENGLISH_ONLY {
        let face = path.rsplit('/').next().unwrap_or_default().replace("shop", "storefront");
        assert!(faces.contains(face.as_str()), "{path}");
    }
}
