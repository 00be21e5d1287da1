//! Just enough of a parser to tell what a `SELECT` of this crate reads, on what conditions, and in which order.

use std::collections::BTreeSet;

/// A statement that reads.
pub(super) struct Query {
    /// The parts of a `UNION ALL`.
    pub selects: Vec<Select>,
    order: Vec<String>,
}

/// One `SELECT`.
pub(super) struct Select {
    pub distinct: bool,
    pub tables: Vec<Table>,
    pub groups: Vec<String>,
    items: Vec<String>,
    conditions: Vec<String>,
}

/// A table in `FROM`.
pub(super) struct Table {
    pub name: String,
    pub alias: String,
    /// The `SELECT` that stands for the table.
    pub inner: Option<Select>,
    /// The conditions of a `LEFT JOIN`.
    left: Vec<String>,
}

/// Splits a text at a separator, unless it is inside parentheses or quotes.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut depth, mut quoted, mut begin, mut parts) = (0, false, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 && !quoted && at >= begin && text[at..].starts_with(separator) {
            parts.push(&text[begin..at]);
            begin = at + separator.len();
        }
    }
    parts.push(&text[begin..]);
    parts
}

/// The text before the first separator, and the text behind it.
fn cut<'a>(text: &'a str, separator: &str) -> (&'a str, Option<&'a str>) {
    let before = split(text, separator)[0];
    (before, text.get(before.len() + separator.len()..))
}

/// The `SELECT` after a `WITH`.
fn without_common_tables(text: &str) -> &str {
    if !text.starts_with("WITH ") {
        return text;
    }
    let (with, _) = cut(text, " SELECT ");
    text[with.len()..].trim_start()
}

fn owned(parts: Vec<&str>) -> Vec<String> {
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

fn is_column(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "._".contains(letter))
}

fn is_constant(text: &str) -> bool {
    text.starts_with(['$', '\'']) || text.starts_with("CAST($") || text.chars().all(|digit| digit.is_ascii_digit())
}

impl Query {
    pub fn parse(sql: &str) -> Self {
        let text = sql.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(").replace(" )", ")");
        let (text, _) = cut(without_common_tables(&text), " LIMIT ");
        let (body, order) = cut(text, " ORDER BY ");
        let order = order.map_or_else(Vec::new, |order| owned(split(order, ",")));
        let order = order.into_iter().map(|column| column.trim_end_matches(" DESC").to_owned()).collect();
        Self { selects: split(body, " UNION ALL ").into_iter().map(Select::parse).collect(), order }
    }

    /// The columns of one part by which the rows are ordered.
    pub fn order_of(&self, select: &Select) -> Vec<String> {
        let names: Vec<_> = self.selects[0].names().collect();
        let column = |order: &String| match names.iter().position(|name| name == order) {
            Some(at) => select.column(cut(&select.items[at], " AS ").0),
            None => select.column(order),
        };
        self.order.iter().map(column).collect()
    }
}

impl Select {
    fn parse(text: &str) -> Self {
        let text = text.strip_prefix("SELECT ").unwrap_or_else(|| panic!("no SELECT: {text}"));
        let (text, distinct) = text.strip_prefix("DISTINCT ").map_or((text, false), |text| (text, true));
        let (items, from) = cut(text, " FROM ");
        let (from, groups) = cut(from.unwrap_or_default(), " GROUP BY ");
        let (from, conditions) = cut(from, " WHERE ");
        let mut select = Self {
            distinct,
            tables: Vec::new(),
            groups: Vec::new(),
            items: owned(split(items, ",")),
            conditions: conditions.map_or_else(Vec::new, |all| owned(split(all, " AND "))),
        };
        let mut is_left = false;
        for table in split(from, " JOIN ").into_iter().filter(|table| !table.is_empty()) {
            assert_eq!(split(table, ",").len(), 1, "tables are joined by JOIN: {table}");
            let next_is_left = table.ends_with(" LEFT");
            let (table, on) = cut(table.trim_end_matches(" LEFT"), " ON ");
            let on = on.map_or_else(Vec::new, |on| owned(split(on, " AND ")));
            let (name, alias) = cut(table, " ");
            let inner = name.strip_prefix('(').map(|inner| Query::parse(&inner[..inner.len() - 1]));
            let inner = inner.filter(|inner| inner.selects.len() == 1).and_then(|mut inner| inner.selects.pop());
            let (left, on) = if is_left { (on, Vec::new()) } else { (Vec::new(), on) };
            select.conditions.extend(on);
            let alias = alias.unwrap_or(name).to_owned();
            select.tables.push(Table { name: name.to_owned(), alias, inner, left });
            is_left = next_is_left;
        }
        select.groups = groups.map_or_else(Vec::new, |all| owned(split(all, ",")));
        select.groups = select.groups.iter().map(|group| select.column(group)).collect();
        select
    }

    /// A column with its table.
    fn column(&self, name: &str) -> String {
        match &self.tables[..] {
            [only] if !name.contains('.') => format!("{}.{name}", only.alias),
            _ => name.to_owned(),
        }
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|item| match cut(item, " AS ") {
            (_, Some(name)) => name,
            (column, None) => column.rsplit('.').next().unwrap_or(column),
        })
    }

    /// Whether it has one row by its form: a sum, or only whether there is a row.
    pub fn is_one_row(&self) -> bool {
        let sums = ["count(", "max(", "min(", "CAST(COALESCE(sum(", "1"];
        let is_sum = |item: &String| sums.iter().any(|sum| item.starts_with(sum));
        self.tables.is_empty() || (self.groups.is_empty() && self.items.iter().all(is_sum))
    }

    /// Conditions that rows of a table meet, with its columns as the table calls them.
    pub fn conditions_of(&self, at: usize) -> BTreeSet<String> {
        let table = &self.tables[at];
        let own = |condition: &String| {
            self.column(condition).strip_prefix(&format!("{}.", table.alias)).map(ToOwned::to_owned)
        };
        self.conditions.iter().chain(&table.left).filter_map(own).collect()
    }

    /// Columns that equal a constant (`None`) or another column.
    pub fn equalities(&self) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        let lefts = self.tables.iter().flat_map(|table| table.left.iter().map(move |on| (Some(&table.alias), on)));
        for (only, condition) in self.conditions.iter().map(|condition| (None, condition)).chain(lefts) {
            let Some((one, other)) = condition.split_once(" = ") else { continue };
            for (column, from) in [(one, other), (other, one)] {
                let of_table = only.is_none_or(|alias| column.starts_with(&format!("{alias}.")));
                if is_column(column) && of_table && (is_column(from) || is_constant(from)) {
                    found.push((self.column(column), is_column(from).then(|| self.column(from))));
                }
            }
        }
        found
    }
}
