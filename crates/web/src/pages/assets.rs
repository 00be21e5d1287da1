//! The files the pages load: one stylesheet, one script, one more where passkeys are asked for, one mark. Served under `/assets/`, addressed with their content's
//! hash, so that they may be cached for ever.

use include_dir::{Dir, include_dir};

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// One of these files.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The file's name.
    pub name: &'static str,
    /// Its content type.
    pub kind: &'static str,
    /// What is in it.
    pub bytes: &'static [u8],
}

/// Every asset. A file whose ending says of no content type that pages load is none.
pub fn all() -> impl Iterator<Item = Asset> {
    ASSETS.files().filter_map(|file| {
        let kind = match file.path().extension()?.to_str()? {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => return None,
        };
        Some(Asset { name: file.path().to_str()?, kind, bytes: file.contents() })
    })
}

/// The asset of this name.
pub fn named(name: &str) -> Option<Asset> {
    all().find(|asset| asset.name == name)
}

/// The address of an asset, as in `/assets/app.css?v=1f0c…`; none for an unknown name.
pub fn url(name: &str) -> Option<String> {
    let asset = named(name)?;
    Some(format!("/assets/{name}?v={:016x}", content_hash(asset.bytes)))
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
        let size = |name: &str| named(name).map_or(0, |asset| asset.bytes.len());
        assert!(size("app.css") < 32_000, "app.css: {}", size("app.css"));
        assert!(size("app.js") < 5_000, "app.js: {}", size("app.js"));
        assert!(size("passkeys.js") < 4_000, "passkeys.js: {}", size("passkeys.js"));
    }
}
