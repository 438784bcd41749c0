# The journal.
journal-title = Journal
journal-lead = Who did what, when. Entries are only ever added; each carries the seal of the one before. Only the name of a person who was erased is taken out, and that is noted too.
journal-all = Show all
journal-position = No.
journal-when = When
journal-who = Who
journal-what = What
journal-where = Unit
journal-service = The service
journal-detail = Details
journal-none = Nothing has been done here yet.
journal-mended = { $count ->
    [one] In one entry words were taken out by an erasure:
   *[other] In { $count } entries words were taken out by erasures:
}
journal-mender = no. { $entry } ({ $count })
