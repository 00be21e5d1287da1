//! Maximum sizes of requests, in bytes unless stated otherwise.

/// Maximum body size of a request, unless its route sets another one.
pub(crate) const MAX_BODY: usize = 1024 * 1024;
/// Maximum size of a marketplace's body that is read and discarded beyond that limit, so that its sender receives the
/// response.
pub(crate) const MAX_DISCARDED_BODY: usize = 64 * 1024 * 1024;
/// Maximum size of a delivery to the service desk's webhook.
pub(crate) const MAX_HOOK_BODY: usize = 64 * 1024;
/// Maximum size of a form with files: a few photos. More can be added afterwards. The size of one file is limited by
/// `MAX_FILE_SIZE` of the attachments in `core`.
pub(crate) const MAX_UPLOAD: usize = 32 * 1024 * 1024;
/// Maximum size of a body with the picture of a product in base64. A picture that is a little too large is refused with a reason.
pub(crate) const MAX_PICTURE_BODY: usize = 3 * 1024 * 1024;
/// Maximum size of a form with the picture of a product. A larger picture is refused with a reason up to this size.
pub(crate) const MAX_PICTURE_FORM: usize = 11 * 1024 * 1024;
/// Maximum number of forms with files that are read into memory in parallel, after they were received in full.
pub(crate) const MAX_UPLOADS_AT_ONCE: usize = 4;
/// Maximum number of forms with files that are received in parallel, into temporary files.
pub(crate) const MAX_UPLOADS_RECEIVED: usize = 64;
/// Maximum number of those of one person.
pub(crate) const MAX_UPLOADS_PER_PERSON: usize = 2;
/// What has to arrive of a form with files in each period of `WebConfig::upload_pace`.
pub(crate) const MIN_UPLOAD_PACE: usize = 32 * 1024;
/// Maximum size of a text field in a form with files.
pub(crate) const MAX_TEXT: usize = 64 * 1024;
/// Maximum number of fields in a form, not counting files.
pub(crate) const MAX_FIELDS: usize = 64;
