//! Cursor pagination. A cursor marks the beginning of the next page; its content is opaque to clients.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::Problem;
use crate::extract::api::bad_parameter;

/// Maximum number of items on a page.
pub(crate) const MAX_PAGE_SIZE: u16 = 200;
const USUAL_PAGE: u16 = 50;

/// Creates a cursor that points behind `place`. `list` prevents its use with another list.
pub(crate) fn write(list: &str, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list} {place}"))
}

/// The place that a cursor points behind.
pub(crate) fn read<T: std::str::FromStr>(list: &str, cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let place = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        text.strip_prefix(list)?.strip_prefix(' ')?.parse().ok()
    };
    place().map(Some).ok_or_else(|| {
        bad_parameter("`cursor` is none of this list: take the `next_cursor` of the page before, or leave it out")
    })
}

/// Splits `found`, which was read with one item too many, into a page of `size` items and the cursor of the next page,
/// if there is one.
pub(crate) fn page<T>(
    list: &str,
    mut found: Vec<T>,
    size: usize,
    place: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| write(list, &place(last)));
    (found, next)
}

/// The page size for a `limit` parameter.
pub(crate) fn page_size(limit: Option<u16>) -> Result<usize, Problem> {
    match limit.unwrap_or(USUAL_PAGE) {
        size @ 1..=MAX_PAGE_SIZE => Ok(usize::from(size)),
        _ => Err(bad_parameter(format!("`limit` must be between 1 and {MAX_PAGE_SIZE}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_on_its_own_list_only() {
        let cursor = write("timeline", "17");
        assert_eq!(read::<i64>("timeline", Some(&cursor)).unwrap(), Some(17));
        assert_eq!(read::<i64>("timeline", None).unwrap(), None);
        for bad in ["", "17", "!!", &write("customers", "17"), &write("timeline", "x")] {
            assert_eq!(read::<i64>("timeline", Some(bad)).unwrap_err().status, 400, "{bad}");
        }
    }

    #[test]
    fn a_page_ends_where_the_next_one_begins() {
        let of = |found: Vec<u8>| page("list", found, 2, u8::to_string);
        assert_eq!(of(vec![1, 2, 3]), (vec![1, 2], Some(write("list", "2"))));
        assert_eq!(of(vec![1, 2]), (vec![1, 2], None));
        assert_eq!(of(Vec::new()), (Vec::new(), None));
    }

    #[test]
    fn page_sizes_are_bounded() {
        assert_eq!((page_size(None).unwrap(), page_size(Some(200)).unwrap()), (50, 200));
        assert!(page_size(Some(0)).is_err() && page_size(Some(201)).is_err());
    }
}
