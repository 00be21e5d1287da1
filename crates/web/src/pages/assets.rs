//! The files the pages load: one stylesheet, one script, one more where passkeys are asked for, one mark. Served under `/assets/`, addressed with their content's
//! hash, so that they may be cached for ever.

/// Every asset: name, content type, bytes.
pub const ALL: &[(&str, &str, &[u8])] = &[
    ("app.css", "text/css; charset=utf-8", include_bytes!("../../assets/app.css")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/app.js")),
    ("passkeys.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/passkeys.js")),
    ("mark.svg", "image/svg+xml", include_bytes!("../../assets/mark.svg")),
];

/// The address of an asset, as in `/assets/app.css?v=1f0c…`; none for an unknown name.
pub fn url(name: &str) -> Option<String> {
    let (_, _, bytes) = ALL.iter().find(|(known, ..)| *known == name)?;
    Some(format!("/assets/{name}?v={:016x}", content_hash(bytes)))
}

/// The 64-bit FNV-1a hash: it tells versions apart, it protects nothing.
pub fn content_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_change_with_the_content() {
        assert_eq!(content_hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(content_hash(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert!(url("app.css").is_some_and(|url| url.starts_with("/assets/app.css?v=")));
        assert_eq!(url("other.css"), None);
    }

    #[test]
    fn assets_stay_small() {
        let size = |name: &str| ALL.iter().find(|(known, ..)| *known == name).map_or(0, |(_, _, bytes)| bytes.len());
        assert!(size("app.css") < 32_000, "app.css: {}", size("app.css"));
        assert!(size("app.js") < 5_000, "app.js: {}", size("app.js"));
        assert!(size("passkeys.js") < 4_000, "passkeys.js: {}", size("passkeys.js"));
    }
}
