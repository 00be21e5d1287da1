//! The static files of the pages: a stylesheet, another one for charts, a script, another script for passkeys, and a logo. They are served
//! under `/assets/`; their URL contains the hash of their content, so that they can be cached for ever.

use include_dir::{Dir, include_dir};

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// A static file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// The file's name.
    pub name: &'static str,
    /// Its content type.
    pub kind: &'static str,
    /// The file's content.
    pub bytes: &'static [u8],
}

/// All assets. Files whose extension has no content type used by the pages are left out.
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

/// Finds an asset by name.
pub fn named(name: &str) -> Option<Asset> {
    all().find(|asset| asset.name == name)
}

/// The URL of an asset, as in `/assets/app.css?v=1f0c…`; `None` for an unknown name.
pub fn url(name: &str) -> Option<String> {
    let asset = named(name)?;
    Some(format!("/assets/{name}?v={:016x}", content_hash(asset.bytes)))
}

/// The 64-bit FNV-1a hash. It identifies versions and is not meant for security.
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
        assert!(size("app.css") < 34_000, "app.css: {}", size("app.css"));
        assert!(size("charts.css") < 4_000, "charts.css: {}", size("charts.css"));
        assert!(size("app.js") < 5_000, "app.js: {}", size("app.js"));
        assert!(size("passkeys.js") < 4_000, "passkeys.js: {}", size("passkeys.js"));
    }
}
