//! The palette conforms to WCAG 2.2 AA in both colour schemes: 4.5 : 1 for text (1.4.3), 3 : 1 for the outlines of
//! controls (1.4.11).

use std::collections::BTreeMap;

const SHEET: &str = include_str!("../../../assets/app.css");

const TEXT: &[(&str, &[&str])] = &[
    ("ink", &["ground", "surface", "sunken", "good-ground", "warn-ground", "bad-ground"]),
    ("muted", &["ground", "surface", "sunken"]),
    ("accent", &["ground", "surface", "sunken", "warn-ground"]),
    ("accent-strong", &["ground", "surface", "sunken"]),
    ("on-accent", &["accent", "accent-strong"]),
    ("good", &["surface", "good-ground"]),
    ("warn", &["surface", "warn-ground"]),
    ("bad", &["surface", "bad-ground"]),
    ("surface", &["good", "warn"]),
];

const OUTLINES: &[(&str, &[&str])] =
    &[("edge", &["ground", "surface", "sunken"]), ("accent", &["ground", "surface"]), ("half-a", &["surface"])];

#[test]
fn both_schemes_have_enough_contrast() {
    let light = colours(SHEET);
    let dark = colours(SHEET.split("prefers-color-scheme: dark").nth(1).expect("a dark scheme"));
    assert_eq!(light.len(), dark.len(), "every colour has its counterpart");
    for (scheme, palette) in [("light", &light), ("dark", &dark)] {
        for (pairs, least) in [(TEXT, 4.5), (OUTLINES, 3.0)] {
            for (front, grounds) in pairs {
                for ground in *grounds {
                    let ratio = ratio(palette[*front], palette[*ground]);
                    assert!(ratio >= least, "{scheme}: {front} on {ground} has {ratio:.2}, needs {least}");
                }
            }
        }
    }
}

/// The hexadecimal custom properties of the first rule in the text.
fn colours(sheet: &str) -> BTreeMap<&str, f64> {
    let rule = sheet.split_once(":root {").and_then(|(_, rest)| rest.split_once('}')).map_or("", |(rule, _)| rule);
    rule.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"))
        .map(|(name, hex)| (name, luminance(hex)))
        .collect()
}

/// Relative luminance as defined by WCAG.
fn luminance(hex: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("two hex digits")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn ratio(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
