//! The command lines of documentation and packages, compared with the definition of the commands.

use std::fs;
use std::path::{Path, PathBuf};

use std::cell::RefCell;
use std::collections::BTreeSet;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use crate::Cli;
use crate::config::Config;

/// Where documentation and packages are.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// The texts to check, with their files.
fn texts() -> Vec<(PathBuf, String)> {
    let root = root();
    let mut paths = Vec::new();
    for folder in ["docs", "packaging", "examples"] {
        files(&root.join(folder), &mut paths);
    }
    paths.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"].map(|file| root.join(file)));
    let crates = fs::read_dir(root.join("crates")).unwrap();
    paths.extend(crates.map(|entry| entry.unwrap().path().join("README.md")).filter(|path| path.exists()));
    paths.into_iter().filter_map(|path| Some((path.clone(), fs::read_to_string(&path).ok()?))).collect()
}

/// What begins a command line.
const PROGRAM: [&str; 6] = [
    "tessera ",
    "/usr/bin/tessera ",
    "target/release/tessera ",
    "cargo run -- ",
    "docker compose exec hub tessera ",
    "kubectl exec deploy/tessera -- tessera ",
];

/// The command lines in a text: in backticks, and on lines of code.
fn command_lines(path: &Path, text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let is_prose = path.extension().is_some_and(|kind| kind == "md");
    let mut in_code = !is_prose;
    let mut found = Vec::new();
    for line in joined.lines() {
        if is_prose && line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        let list = ["args: [", "command: [", "CMD ["].iter().find_map(|before| line.trim().strip_prefix(before));
        if let Some(list) = list.filter(|_| !is_prose) {
            let word = |word: &str| word.trim_matches(|it: char| it == '"' || it == ']' || it == ' ').to_owned();
            found.push(list.split(',').map(word).collect());
        }
        let quoted = line.split('`').skip(1).step_by(2).filter(|_| !in_code || !is_prose);
        for piece in quoted.chain(in_code.then_some(line)) {
            let piece = ["ExecStart=", "sudo "]
                .iter()
                .fold(piece.trim(), |piece, before| piece.strip_prefix(before).unwrap_or(piece));
            let piece = piece
                .strip_prefix("systemd-run ")
                .and_then(|rest| rest.find("/usr/bin/"))
                .map_or(piece, |at| piece.split_at("systemd-run ".len() + at).1);
            if let Some(rest) = PROGRAM.iter().find_map(|program| piece.strip_prefix(program)) {
                found.push(words(rest));
            }
        }
    }
    found.retain(|words| {
        words.first().is_some_and(|first| first.starts_with(|it: char| it.is_ascii_lowercase() || it == '-'))
    });
    found
}

/// The words of a command line, up to what the shell does with its output.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for (at, piece) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(piece.to_owned());
            continue;
        }
        for word in piece.split_whitespace() {
            if ["|", ">", "<", "#", "&&", "||", ";", "&"].contains(&word) {
                return words;
            }
            words.push(word.trim_matches(['\'', ';']).to_owned());
        }
    }
    words
}

/// What is wrong with a command line. Words in capitals and `…` stand for values.
fn mistake(words: &[String]) -> Option<String> {
    let error = Cli::command()
        .try_get_matches_from(std::iter::once("tessera").chain(words.iter().map(String::as_str)))
        .err()?;
    let stands_for_value = |word: &String| word.contains('…') || word.bytes().any(|byte| byte.is_ascii_uppercase());
    let is_fine = match error.kind() {
        // A group of commands may be named by itself.
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::MissingRequiredArgument
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::MissingSubcommand => true,
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => words.iter().any(stands_for_value),
        _ => false,
    };
    (!is_fine).then(|| error.to_string())
}

#[test]
fn h01_every_documented_command_line_exists() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for (path, text) in texts() {
        for words in command_lines(&path, &text) {
            checked += 1;
            wrong.extend(mistake(&words).map(|why| format!("{}: tessera {}: {why}", path.display(), words.join(" "))));
        }
    }
    assert!(checked > 60, "only {checked} command lines were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn h01_mistakes_in_command_lines_are_found() {
    let found = |line: &str| command_lines(Path::new("page.md"), &format!("```sh\n{line}\n```\n"));
    let checked = |line: &str| mistake(&found(line).concat());
    for right in [
        "tessera serve --config FILE",
        "tessera doctor --json | jq .",
        "tessera jobs",
        "ExecStart=/usr/bin/tessera serve --config /etc/tessera/tessera.toml",
        "tessera completions SHELL",
    ] {
        assert_eq!(checked(right), None, "{right}");
        assert_eq!(found(right).len(), 1, "{right}");
    }
    for wrong in ["tessera start", "tessera serve --port 80", "tessera jobs forget 1", "tessera completions tcsh"] {
        assert!(checked(wrong).is_some(), "{wrong}");
    }
    let unit = command_lines(Path::new("compose.yaml"), "    command: [\"serve\", \"--config\", \"FILE\"]\n");
    assert_eq!(unit, [["serve", "--config", "FILE"]]);
    let prose = "Run `tessera why \"Use oid claim.\"` first.\ntessera is no command here.\n";
    assert_eq!(command_lines(Path::new("page.md"), prose), [["why", "Use oid claim."]]);
}

#[test]
fn h01_manual_and_completions_describe_every_command() {
    let folder = tempfile::tempdir().unwrap();
    crate::manual::pages(&folder.path().join("man1"), Cli::command()).unwrap();
    let page = |name: &str| fs::read_to_string(folder.path().join("man1").join(name)).unwrap();
    let overview = page("tessera.1");
    for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        assert!(overview.contains(&name.replace('-', "\\-")), "{name} in {overview}");
        assert!(page(&format!("tessera-{name}.1")).contains(".SH"), "{name}");
    }
    assert!(page("tessera-config-show.1").contains("\\-\\-config"));
    for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "tessera", &mut script);
        let script = String::from_utf8(script).unwrap();
        for word in ["completions", "check-vendor", "config"] {
            assert!(script.contains(word), "{shell} {word}");
        }
    }
}

/// The files that packages are made of.
fn packages() -> Vec<(PathBuf, String)> {
    texts().into_iter().filter(|(path, _)| path.components().any(|part| part.as_os_str() == "packaging")).collect()
}

fn package(name: &str) -> String {
    let path = root().join("packaging").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The variables that the configuration asks for, with every section that has a secret.
fn variables() -> BTreeSet<String> {
    let example = fs::read_to_string(root().join("examples/tessera.toml")).unwrap();
    let mut config: Config = toml::from_str(&example).unwrap();
    config.contacts_csv = Some(toml::from_str("location = '/srv/contacts.csv'").unwrap());
    config.invoices = Some(toml::from_str("format = 'json'\ncustomer_key = 'email'").unwrap());
    config.b2c = Some(toml::from_str("").unwrap());
    let asked = RefCell::new(BTreeSet::new());
    config.overlay(|name| {
        asked.borrow_mut().insert(name.to_owned());
        None
    });
    asked.into_inner()
}

#[test]
fn h01_packages_name_variables_that_the_program_reads() {
    let known = variables();
    let is_known = |word: &str| {
        let name = word.strip_suffix("_FILE").unwrap_or(word);
        known.contains(name) || ["TESSERA_CONFIG", "TESSERA_LOG"].contains(&name)
    };
    let operate = texts().into_iter().filter(|(path, _)| path.ends_with("docs/operate/README.md"));
    let mut named = BTreeSet::new();
    for (path, text) in packages().into_iter().chain(operate) {
        for word in text.split(|it: char| !it.is_ascii_uppercase() && !it.is_ascii_digit() && it != '_') {
            // `TESSERA_` alone and `TESSERA_<NAME>` stand for several.
            if word.starts_with("TESSERA_") && !word.ends_with('_') {
                assert!(is_known(word), "{}: {word}", path.display());
                named.insert(word.to_owned());
            }
        }
    }
    assert!(named.len() >= 8, "{named:?}");
}

#[test]
fn h01_packages_ask_paths_that_are_served() {
    let served: BTreeSet<String> = tessera_web::routes().into_iter().map(|route| route.path).collect();
    let deployment = package("helm/tessera/templates/deployment.yaml");
    let probes: Vec<&str> = deployment
        .lines()
        .filter_map(|line| line.split_once("path: ")?.1.split_once(','))
        .map(|found| found.0)
        .collect();
    assert_eq!(probes, ["/healthz", "/healthz", "/readyz"]);
    for path in probes.into_iter().chain(["/metrics"]) {
        assert!(served.contains(path), "{path}");
    }
    assert!(package("docker/Caddyfile").contains("health_uri /readyz"));
    // A stop has the time that the configuration allows it by default, and a little more.
    let longest = crate::config::stop_seconds().get() + crate::config::stop_delay_seconds();
    for (file, setting) in [
        ("systemd/tessera.service", "TimeoutStopSec="),
        ("docker/compose.yaml", "stop_grace_period: "),
        ("helm/tessera/templates/deployment.yaml", "terminationGracePeriodSeconds: "),
    ] {
        let text = package(file);
        let seconds = text.split_once(setting).unwrap().1.lines().next().unwrap().trim_end_matches('s');
        assert!(seconds.parse::<u32>().unwrap() > longest, "{file}");
    }
}

#[test]
fn h01_the_settings_of_the_chart_are_those_of_the_program() {
    let values = package("helm/tessera/values.yaml");
    let block = values.split_once("\nconfig: |\n").unwrap().1;
    let settings: String = block
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("  "))
        .map(|line| format!("{}\n", line.trim_start()))
        .collect();
    let chart: toml::Table = toml::from_str(&settings).unwrap();
    let mut whole: toml::Table =
        toml::from_str(&fs::read_to_string(root().join("examples/tessera.toml")).unwrap()).unwrap();
    whole.insert("server".to_owned(), chart["server"].clone());
    let config: Config = toml::from_str(&toml::to_string(&whole).unwrap()).unwrap();
    assert_eq!(config.server.listen, "0.0.0.0:8080");
    assert_eq!(config.server.proxies().unwrap().hops, 1);
}

#[test]
fn h01_templates_of_the_chart_are_balanced_and_use_values_that_exist() {
    let values = package("helm/tessera/values.yaml");
    let templates =
        packages().into_iter().filter(|(path, _)| path.parent().is_some_and(|it| it.ends_with("templates")));
    let mut checked = 0;
    for (path, text) in templates {
        let count = |word: &str| text.matches(word).count();
        assert_eq!(count("{{"), count("}}"), "{}", path.display());
        let begun: usize = ["if ", "with ", "range ", "define "]
            .iter()
            .map(|word| count(&format!("{{{{- {word}")) + count(&format!("{{{{ {word}")))
            .sum();
        assert_eq!(begun, count("{{- end }}") + count("{{- end -}}"), "{}", path.display());
        for used in text.split(".Values.").skip(1) {
            let name = used.split(|it: char| !it.is_ascii_alphanumeric() && it != '.').next().unwrap();
            for key in name.split('.').filter(|key| !key.is_empty()) {
                let is_there = values.lines().any(|line| line.trim_start().starts_with(&format!("{key}:")));
                assert!(is_there, "{}: {name}", path.display());
            }
        }
        checked += 1;
    }
    assert_eq!(checked, 6);
}
