//! Checks an operator's own templates: parses each, and renders every page and e-mail with them in every state.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use super::renderer::embedded;
use super::samples::{self, Rendered};
use super::{RenderError, Renderer};

/// The result of a check.
#[derive(Debug, Default)]
pub struct Report {
    /// Number of built-in templates that are replaced.
    pub replaced: usize,
    /// Number of pages and e-mails rendered.
    pub rendered: usize,
    /// The errors found.
    pub problems: Vec<Problem>,
}

/// An error in a template.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, with the line if it is known.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// The first page or e-mail that cannot be rendered because of the error.
    pub seen_in: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        self.seen_in.as_ref().map_or(Ok(()), |sample| write!(f, " (seen in {sample})"))
    }
}

/// Checks the templates in a directory.
///
/// # Errors
/// The directory cannot be read.
pub fn check(directory: &Path) -> Result<Report, RenderError> {
    let mut check = Check { directory, report: Report::default() };
    let mut renderer = Renderer::new(None)?;
    let unreadable = |source| RenderError::Unreadable { path: directory.to_owned(), source };
    for path in files(directory).map_err(unreadable)? {
        check.replace(&mut renderer, path);
    }
    check.render(samples::pages(&renderer));
    check.render(samples::emails(&renderer));
    Ok(check.report)
}

struct Check<'a> {
    directory: &'a Path,
    report: Report,
}

impl Check<'_> {
    /// Replaces the built-in template of the same name by a file. If the file cannot be read, the built-in one is kept.
    fn replace(&mut self, renderer: &mut Renderer, path: PathBuf) {
        let relative = path.strip_prefix(self.directory).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let Some((name, _)) = embedded().find(|(name, _)| *name == relative) else {
            let message = "no built-in template has this name, so nothing uses this file".to_owned();
            return self.add(Problem { place: path.display().to_string(), message, seen_in: None });
        };
        self.report.replaced += 1;
        if let Err(error) = renderer.replace(name, path) {
            self.found(&error, None);
        }
    }

    fn render<T>(&mut self, rendered: Vec<Rendered<T>>) {
        self.report.rendered += rendered.len();
        for Rendered { name, result } in rendered {
            if let Err(error) = result {
                self.found(&error, Some(name));
            }
        }
    }

    fn found(&mut self, error: &RenderError, seen_in: Option<String>) {
        let problem = match error {
            RenderError::Unreadable { path, source } => {
                Problem { place: path.display().to_string(), message: source.to_string(), seen_in }
            }
            RenderError::Template { name, source } => {
                // The error may be in an included or extended template, so the innermost error is reported.
                let error = innermost(source);
                let message = match error.detail() {
                    Some(detail) => format!("{}: {detail}", error.kind()),
                    None => error.kind().to_string(),
                };
                let (place, text) = self.place(error.name().unwrap_or(name), error.line());
                let message = text.map_or(message.clone(), |text| format!("{message}, in `{text}`"));
                Problem { place, message, seen_in }
            }
        };
        self.add(problem);
    }

    /// A template's file with the line, and the text of that line.
    fn place(&self, name: &str, line: Option<usize>) -> (String, Option<String>) {
        let path = self.directory.join(name);
        let Ok(source) = fs::read_to_string(&path) else { return (format!("{name} (built in)"), None) };
        let Some(line) = line else { return (path.display().to_string(), None) };
        let text = source.lines().nth(line.saturating_sub(1)).map(|text| text.trim().to_owned());
        (format!("{}:{line}", path.display()), text.filter(|text| !text.is_empty()))
    }

    /// Adds a problem, unless it is already reported: the same error occurs in many states.
    fn add(&mut self, problem: Problem) {
        let known = |other: &Problem| other.place == problem.place && other.message == problem.message;
        if !self.report.problems.iter().any(known) {
            self.report.problems.push(problem);
        }
    }
}

fn innermost(error: &minijinja::Error) -> &minijinja::Error {
    error.source().and_then(|source| source.downcast_ref()).map_or(error, innermost)
}

/// The files below a directory, sorted.
fn files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(directory)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut found = Vec::new();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}
