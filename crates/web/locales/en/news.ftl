# News in the customer portal.

portal-news-form-edit-titled = Edit: { $title }
portal-news-next-write = <strong>Next step.</strong> Write the first post.
portal-news-next-none = <strong>Next step.</strong> None: what is written appears here by itself.
portal-news-desk-write-and-edit-news = Write and edit news
portal-news-desk-news = News
portal-news-desk-new-post = New post
portal-news-desk-changed = Changed { $updated_at }
portal-news-desk-nothing-written-yet = Nothing written yet
portal-news-desk-a-post-stays-a-draft = A post stays a draft, which only editors see, until you publish it.
portal-news-desk-next-step-write-the-first = <strong>Next step.</strong> Write the first one.
portal-news-form-edit-post = Edit post
portal-news-form-published = Published
portal-news-form-not-published = Not published
portal-news-form-the-post = The post
portal-news-form-title = Title
portal-news-form-text = Text
portal-news-form-who-reads-it = Who reads it
portal-news-form-everybody-in-the-portal = Everybody in the portal
portal-news-form-it-is-also-for-that = It is also for { $count ->
    [one] { $count } place
   *[other] { $count } places
    } that you cannot see; that stays so.
portal-news-form-when-everybody-is-ticked-the = When everybody is ticked, the places do not matter.
portal-news-form-save = Save
portal-news-form-take-it-back = Take it back
portal-news-form-save-as-a-draft = Save as a draft
portal-news-form-publish = Publish
portal-news-form-attachments = Attachments
portal-news-form-pictures-or-files = Pictures or files
portal-news-form-pictures-pdf-or-plain-text = Pictures, PDF or plain text, at most 10 MB each. Save the text first.
portal-news-form-attach = Attach
portal-news-form-as-it-is-saved = As it is saved
portal-news-list-write-and-edit = Write and edit
portal-news-list-search-the-news = Search the news
portal-news-list-older-news = Older news
portal-news-list-no-news-yet = No news yet
portal-news-list-writes-here-about-products-maintenance = { $brand } writes here about products, maintenance and offers, for everybody or for your places. Nothing has been published for you so far.
portal-news-list-news-as-a-feed-for = <a href="{ $feed_url }">News as a feed</a>, for programs that are signed in as you
portal-news-one-changed = changed { $edited_at }
portal-news-one-edit = Edit
news-state-draft = Draft
news-state-taken-back = Taken back
news-choose-file = Nothing was attached: choose a file first.
news-files-attached = The files are attached. Name a picture in the text to show it there.
news-file-removed = The file is removed.
news-published = Published: its readers see it now.
news-taken-back = Taken back: only editors see it now.
portal-news-feed-title = { $brand }: News
