//! Reading forms in the encoding for files (`multipart/form-data`, RFC 7578).

use std::future::ready;

use axum::body::Body;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{FromRequest as _, Multipart, Request};
use futures_util::StreamExt as _;
use futures_util::stream::once;
use tokio::task::yield_now;

/// Begins to read a form.
///
/// The end of its body comes later than its last piece: a form whose last piece and end arrive together, while the parser (multer 3.1)
/// looks for the first boundary, would be taken for incomplete.
pub(crate) async fn parts(request: Request) -> Result<Multipart, MultipartRejection> {
    let later = once(yield_now()).filter_map(|()| ready(None));
    let later_end = |body: Body| Body::from_stream(body.into_data_stream().chain(later));
    Multipart::from_request(request.map(later_end), &()).await
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::convert::Infallible;
    use std::task::Poll;

    use bytes::Bytes;
    use futures_util::stream::poll_fn;
    use http::header::CONTENT_TYPE;
    use proptest::prelude::*;

    use super::*;

    const FORM: &str = "--border\r\ncontent-disposition: form-data; name=\"subject\"\r\n\r\nIt hums\r\n--border--\r\n";

    /// What is read of a form that arrives in these pieces. `None`: nothing has arrived yet.
    fn read(mut pieces: VecDeque<Option<&'static str>>) -> Option<String> {
        let arriving = poll_fn(move |context| match pieces.pop_front() {
            Some(None) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Some(piece)) => Poll::Ready(Some(Ok::<_, Infallible>(Bytes::from(piece)))),
            None => Poll::Ready(None),
        });
        let request = Request::builder().header(CONTENT_TYPE, "multipart/form-data; boundary=border");
        let request = request.body(Body::from_stream(arriving)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut form = parts(request).await.unwrap();
            let field = form.next_field().await.ok()??;
            field.text().await.ok()
        })
    }

    #[test]
    fn p09_a_form_that_arrives_late_and_at_once_is_complete() {
        assert_eq!(read([None, Some(FORM)].into()).as_deref(), Some("It hums"));
        let half = FORM.split_at(FORM.len() / 2).0;
        assert_eq!(read([None, Some(half)].into()), None, "half of a form is incomplete");
    }

    proptest! {
        /// However a form is cut into pieces, and whenever each arrives, all of it is read.
        #[test]
        fn p09_a_form_is_read_however_it_arrives(mut cuts in prop::collection::vec((0..=FORM.len(), 0..3_usize), 0..8)) {
            cuts.sort_unstable();
            cuts.push((FORM.len(), 0));
            let (mut pieces, mut begin) = (VecDeque::new(), 0);
            for (end, waits) in cuts {
                pieces.extend(std::iter::repeat_n(None, waits));
                pieces.push_back(Some(&FORM[begin..end]));
                begin = end;
            }
            let subject = read(pieces);
            prop_assert_eq!(subject.as_deref(), Some("It hums"));
        }
    }
}
