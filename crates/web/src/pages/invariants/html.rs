//! A minimal HTML parser for our own templates: tags, and attributes in double quotes.

/// An opening or closing tag.
pub(crate) struct Tag {
    pub(crate) name: String,
    pub(crate) closing: bool,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value; `None` if the tag does not have the attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Elements that have no end tag.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta"];

/// All tags in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let end = end_of_tag(rest);
        found.push(tag(&rest[..end]));
        rest = &rest[end..];
    }
    found
}

/// The end of a tag: the first `>` outside quotes.
fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag does not end: {text:.80}")
}

fn tag(inside: &str) -> Tag {
    let closing = inside.starts_with('/');
    let self_closing = inside.ends_with('/');
    let inside = inside.trim_matches('/');
    let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    rest = rest.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|letter: char| letter == '=' || letter.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        if let Some(value) = after.strip_prefix("=\"") {
            let (value, after) = value.split_once('"').expect("a quoted value ends");
            attributes.push((name.to_owned(), value.to_owned()));
            rest = after.trim_start();
        } else {
            assert!(!after.starts_with('='), "unquoted value of {name}");
            attributes.push((name.to_owned(), String::new()));
            rest = after.trim_start();
        }
    }
    if self_closing {
        attributes.push(("/".to_owned(), String::new()));
    }
    Tag { name: name.to_owned(), closing, attributes }
}

/// Checks that all elements are closed, in the right order.
pub(crate) fn balanced(tags: &[Tag]) -> Result<(), String> {
    let mut open = Vec::new();
    for tag in tags {
        if VOID.contains(&tag.name.as_str()) || tag.get("/").is_some() {
            continue;
        }
        if !tag.closing {
            open.push(tag.name.as_str());
        } else if open.pop() != Some(tag.name.as_str()) {
            return Err(format!("</{}> does not fit", tag.name));
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("not closed: {open:?}")) }
}
