# News in the customer portal.

portal-news-form-edit-titled = Edit: { $title }
portal-news-next-write = <strong>Next step.</strong> Write the first post.
portal-news-next-none = <strong>Next step.</strong> None: news appears here automatically.
portal-news-desk-write-and-edit-news = Write and edit news
portal-news-desk-news = News
portal-news-desk-new-post = New post
portal-news-desk-changed = Changed { $updated_at }
portal-news-desk-nothing-written-yet = No posts yet
portal-news-desk-a-post-stays-a-draft = A post stays a draft, which only editors see, until you publish it.
portal-news-desk-next-step-write-the-first = <strong>Next step.</strong> Write the first one.
portal-news-form-edit-post = Edit post
portal-news-form-published = Published
portal-news-form-not-published = Not published
portal-news-form-the-post = The post
portal-news-form-title = Title
portal-news-form-text = Text
portal-news-form-who-reads-it = Who can read it
portal-news-form-everybody-in-the-portal = Everyone in the portal
portal-news-form-it-is-also-for-that = It is also for { $count ->
    [one] { $count } place
   *[other] { $count } places
    } that you cannot see. This does not change.
portal-news-form-when-everybody-is-ticked-the = If “Everyone” is ticked, the places are ignored.
portal-news-form-save = Save
portal-news-form-take-it-back = Unpublish
portal-news-form-save-as-a-draft = Save as a draft
portal-news-form-publish = Publish
portal-news-form-attachments = Attachments
portal-news-form-pictures-or-files = Pictures or files
portal-news-form-pictures-pdf-or-plain-text = Pictures, PDF or plain text, at most 10 MB each. Save the text first.
portal-news-form-attach = Attach
portal-news-form-as-it-is-saved = Saved version
portal-news-list-write-and-edit = Write and edit
portal-news-list-search-the-news = Search the news
portal-news-list-older-news = Older news
portal-news-list-no-news-yet = No news yet
portal-news-list-writes-here-about-products-maintenance = { $brand } posts news here about products, maintenance and offers, for everyone or for your places. Nothing has been published for you yet.
portal-news-list-news-as-a-feed-for = <a href="{ $feed_url }">Subscribe (Atom feed)</a>
portal-news-one-changed = changed { $edited_at }
portal-news-one-edit = Edit
news-state-draft = Draft
news-state-taken-back = Unpublished
news-choose-file = Nothing was attached: choose a file first.
news-files-attached = The files were attached. Mention a picture in the text to show it there.
news-file-removed = The file was removed.
news-published = Published. Its readers can see it now.
news-taken-back = Unpublished. Only editors can see it now.
portal-news-feed-title = { $brand }: News
