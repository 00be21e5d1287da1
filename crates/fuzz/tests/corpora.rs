//! Every parser of outside input returns, whatever it is given (`H01`): the corpora of the fuzz targets, and inputs made of them. How
//! many are tried is bounded, and they are the same in each run; `just fuzz` tries more.

use std::path::{Path, PathBuf};

use tessera_fuzz::{TARGETS, Target};

/// Inputs that are made for each target.
const MADE: usize = 400;
/// Maximum size of one of them, in bytes.
const MAX_SIZE: usize = 4096;
/// Pieces that mean something to some parser.
const PIECES: [&[u8]; 24] = [
    b"\0",
    b"\r\n",
    b"\n",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b";",
    b"\t",
    b"=",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xe2\x80\x8b",
    b"\xcc\x81",
    b"-9223372036854775808",
    b"1e999",
    b"[#",
    b"#]",
    b"<script>",
];

/// Numbers that look random and are the same each time (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let end = u64::try_from(end.max(1)).expect("it is small");
        usize::try_from((mixed ^ (mixed >> 31)) % end).expect("it is smaller")
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = root().join("corpus").join(target);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("it can be listed").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| std::fs::read(path).expect("it can be read")).collect()
}

/// An input made of one of the corpus: bytes changed, cut out, repeated, or a piece or another input put in.
fn made(corpus: &[Vec<u8>], numbers: &mut Numbers) -> Vec<u8> {
    let mut input = corpus[numbers.below(corpus.len())].clone();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(input.len() + 1);
        let end = (at + numbers.below(16)).min(input.len());
        match numbers.below(6) {
            0 if at < input.len() => input[at] = u8::try_from(numbers.below(256)).expect("it is a byte"),
            1 => drop(input.drain(at..end)),
            2 => drop(input.splice(at..at, PIECES[numbers.below(PIECES.len())].iter().copied())),
            3 => {
                let repeated = input[at..end].repeat(numbers.below(64));
                drop(input.splice(at..at, repeated));
            }
            4 => input.truncate(at),
            _ => {
                let other = &corpus[numbers.below(corpus.len())];
                input.truncate(at);
                input.extend_from_slice(&other[numbers.below(other.len())..]);
            }
        }
    }
    input.truncate(MAX_SIZE);
    input
}

fn run(name: &str, target: Target, input: &[u8]) {
    let ended = std::panic::catch_unwind(|| target(input));
    assert!(ended.is_ok(), "{name} does not survive \"{}\"", input.escape_ascii());
}

#[test]
fn h01_no_input_makes_a_parser_panic() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(corpus.len() >= 3, "{name} has a small corpus");
        let mut numbers = Numbers(u64::try_from(name.len()).expect("it is short"));
        run(name, target, b"");
        for input in &corpus {
            run(name, target, input);
        }
        for _ in 0..MADE {
            run(name, target, &made(&corpus, &mut numbers));
        }
    }
}

#[test]
fn h01_every_parser_has_a_fuzz_target() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("it can be read");
    let mut files: Vec<String> = std::fs::read_dir(root().join("fuzz_targets"))
        .expect("it can be listed")
        .map(|file| file.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut expected: Vec<String> = TARGETS.iter().map(|(name, _)| format!("{name}.rs")).collect();
    expected.sort();
    assert_eq!(files, expected);
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is in fuzz/Cargo.toml");
    }
}
