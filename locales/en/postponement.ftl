# Sessions and batches moved or called off: /sessions/…/postponement, /batches/…/postponement, /…/cancellation.
postponement-look = See what changes
postponement-look-again = See again
postponement-look-title = See before you tell
postponement-edit = Change something
postponement-before = Before
postponement-clashes = What stands against it
postponement-clash-hint = Kept in the journal.
postponement-refused = The venue is taken: choose another time or another venue.
postponement-refused-batch = A venue is taken. Choose another time or venue for the sessions marked above.
postponement-no-revision = Neither time nor place changes: those who are enrolled are not told. It stands in the history.
postponement-effect = What happens then
postponement-told = { $count ->
    [one] { $count } person gets a letter, one for everything.
   *[other] { $count } people get a letter, one each for everything.
}
postponement-told-none = Nobody gets a letter.
postponement-trainers = The trainers are among them: { $names }
postponement-and-more = and { $count } more
postponement-mute = { $count ->
    [one] { $count } person has no e-mail: please phone.
   *[other] { $count } people have no e-mail: please phone them.
}
postponement-reminders = { $dropped } reminders of the old dates are dropped, { $planned } are planned for the new ones.
postponement-reminders-gone = { $count ->
    [one] { $count } reminder is dropped.
   *[other] { $count } reminders are dropped.
}
postponement-calendars-gone = The entries in their calendars are taken out.
postponement-calendars = The entries in their calendars follow; no second entry appears.
postponement-tell = { $count ->
    [one] Tell { $count } person
   *[other] Tell { $count } people
}
postponement-cancel-tell = { $count ->
    [one] Cancel and tell { $count } person
   *[other] Cancel and tell { $count } people
}

## A whole batch
postponement-batch = Move the batch
postponement-batch-means = { $count ->
    [one] { $count } session is still to come, on { $day }. It keeps its clock time.
   *[other] { $count } sessions are still to come, the first on { $day }. They keep their distances and clock times.
}
postponement-begun-stay = Sessions that have begun stay where they are.
postponement-first-day = New first day
postponement-first-day-hint = The other sessions follow at the same distances.
postponement-days = Or by days
postponement-days-hint = For example 7; with a minus, earlier.
postponement-moved = { $count ->
    [0] no session moves
    [one] { $count } session moves
   *[other] { $count } sessions move
}
postponement-adjust = Change this session
postponement-nothing = No session of this batch is still to come.
postponement-cancel-batch = Cancel the batch
postponement-cancel-batch-means = { $count ->
    [0] No session is still to come. Nobody can join the batch any more; the enrolments stay in the record.
    [one] { $count } session goes with it. Nobody can join the batch any more; the enrolments stay in the record.
   *[other] { $count } sessions go with it. Nobody can join the batch any more; the enrolments stay in the record.
}
notice-batch-moved = The batch is moved. The letters go out now.
notice-batch-cancelled = The batch is cancelled. The letters go out now.
error-day-or-days = Enter a first day or a number of days, not both.
error-too-far = A batch can be moved by two years at most.
conflict-changed-meanwhile = Somebody changed this in the meantime. Here is how it stands now.
conflict-nothing-moves = Nothing changes yet. Choose another time, venue, trainer or module.
conflict-nothing-to-move = No session of this batch is still to come.
conflict-batch-held = This batch was held and has no session to come: it cannot be cancelled.
