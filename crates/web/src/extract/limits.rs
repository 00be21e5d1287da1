//! How large requests may be, in bytes unless something else is said.

/// The largest body of a request, unless its route says otherwise.
pub(crate) const MAX_BODY: usize = 1024 * 1024;
/// How much of a marketplace's body beyond that is read and thrown away, so that its sender hears the answer.
pub(crate) const MAX_DISCARDED_BODY: usize = 64 * 1024 * 1024;
/// The largest delivery of the service desk's hook.
pub(crate) const MAX_HOOK_BODY: usize = 64 * 1024;
/// The largest form with files: a few photos at once; more can be added afterwards.
pub(crate) const MAX_UPLOAD: usize = 32 * 1024 * 1024;
/// How many forms with files are read at once.
pub(crate) const MAX_UPLOADS_AT_ONCE: usize = 4;
/// The largest text field beside files.
pub(crate) const MAX_TEXT: usize = 64 * 1024;
/// How many fields beside files are read.
pub(crate) const MAX_FIELDS: usize = 64;
