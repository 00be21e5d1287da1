//! Delimiters of tables (CSV).

/// The field delimiter of a table: of the usual ones, the one that occurs most often in its first row, outside of
/// quotes. Spreadsheets write what is usual in their user's country, or tabs.
pub fn usual_delimiter(table: &[u8]) -> u8 {
    const USUAL: [u8; 4] = *b",;\t|";
    let mut counts = [0_usize; USUAL.len()];
    let mut quoted = false;
    for byte in table.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')) {
        quoted ^= *byte == b'"';
        if let Some(at) = USUAL.iter().position(|usual| usual == byte).filter(|_| !quoted) {
            counts[at] += 1;
        }
    }
    // The first of several equals.
    let most = counts.iter().max().copied().unwrap_or_default();
    counts.iter().position(|count| *count == most).map_or(b',', |at| USUAL[at])
}
