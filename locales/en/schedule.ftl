# Venues, batches, sessions: /venues, /batches, /sessions and what is below them.
schedule-any = All
schedule-choose = Choose
schedule-unit = Unit
schedule-course = Course
schedule-batch = Batch
schedule-session = Session
schedule-venue = Venue
schedule-seats = Seats
schedule-when = When
schedule-where = Where
schedule-state = State
schedule-days = Days
schedule-taken = Seats taken
schedule-upcoming = To come
schedule-running = Running
schedule-past = Past
schedule-state-draft = Draft
schedule-state-published = Published
schedule-state-cancelled = Cancelled

## Venues
schedule-new-venue = New venue
schedule-change-venue = Change the venue
schedule-no-venues = There is no venue yet.
schedule-name-hi = Name in Hindi
schedule-name-en = Name in English
schedule-one-language = One language is enough: the other gets the same text.
schedule-address = Address
schedule-map = See on the map
schedule-map-url = Link to a map
schedule-map-url-hint = The whole address, starting with https://
schedule-contact = Contact
schedule-contact-hint = Name and phone of whoever has the key
schedule-venue-unit-hint = The unit that looks after this venue; all units below it can use it.
schedule-venue-ahead = { $count ->
    [0] No session is planned here.
    [one] { $count } session is planned here.
   *[other] { $count } sessions are planned here.
}

## Batches
schedule-new-batch = New batch
schedule-change-batch = Change the batch
schedule-no-batches = No batch was found.
schedule-batch-title = Title of the batch
schedule-batch-title-hint = As people will read it in letters, for example: River block, March
schedule-batch-course-hint = Published courses only. The batch stays on the version that is published now.
schedule-seats-hint = { $taken ->
    [one] { $taken } seat is taken; it stays taken even if you enter fewer.
   *[other] { $taken } seats are taken; they stay taken even if you enter fewer.
}
schedule-starts-on = First day
schedule-ends-on = Last day
schedule-seats-taken = Seats taken
schedule-waiting = Waiting
schedule-roster = Who is on this batch
schedule-batch-is-cancelled = This batch is cancelled.
schedule-no-sessions = No session yet.
schedule-publish-all = { $count ->
    [one] Publish { $count } draft
   *[other] Publish { $count } drafts
}
schedule-publish-all-means = { $count ->
    [one] { $count } session is a draft. Once it is published, everybody with a seat ({ $people }) is told by e-mail.
   *[other] { $count } sessions are drafts. Once they are published, everybody with a seat ({ $people }) is told in one e-mail.
}

## Sessions
schedule-none-upcoming = No session is planned.
schedule-none-past = No session has been held yet.
schedule-new-session = New session
schedule-change-session = Change the draft
schedule-modules = Modules
schedule-minutes = { $minutes } min
schedule-compulsory = compulsory
schedule-trainers = Trainers
schedule-trainer-number = Trainer { $number }
schedule-starts-at = Begins
schedule-ends-at = Ends
schedule-zone = Time of the place ({ $zone })
schedule-place-hint = A venue or a link, one of the two. A draft may lack both.
schedule-link = Link of an online session
schedule-join = Join online
schedule-no-place = No place yet.
schedule-is-draft = This is a draft: only those who plan can see it.
schedule-is-cancelled = This session is cancelled.
schedule-because = Reason: { $reason }
schedule-attendance = Attendance
schedule-expected = { $count } expected
schedule-waiting-count = { $count } waiting
schedule-roll-call = Roll call
schedule-sheet = Sign sheet
schedule-add-to-calendar = Add to calendar
schedule-publish = Publish
schedule-publish-means = { $count ->
    [0] Nobody has a seat yet. Whoever gets one later is told of this session.
    [one] { $count } person is told by e-mail. Every later change of time or place is told as well.
   *[other] { $count } people are told by e-mail. Every later change of time or place is told as well.
}
schedule-move = Change time or place
schedule-cancel = Cancel the session
schedule-reason = Reason
schedule-move-reason-hint = Shown in the history of the session.
schedule-cancel-reason-hint = Shown to everybody who was told of it, for example: hall not available
schedule-nobody-told = This is a draft: nobody is told.
schedule-draft-tells-nobody = This becomes a draft. Nobody is told before you publish it.
schedule-history = History
schedule-changed = Changed
notice-session-drafted = Saved as a draft.
notice-session-published = The session is published. The letters go out now.
notice-sessions-published = The sessions are published. The letters go out now.
notice-session-cancelled = The session is cancelled.

## Ways between venues
ways-title = Time to other venues
ways-lead = One trainer needs at least so long between two sessions; less is shown as a clash.
ways-every = Between any two venues (minutes)
ways-every-is = Between any two venues { $minutes } minutes are reckoned.
ways-other = Other venue
ways-minutes = Minutes
ways-minutes-hint = Leave it empty: as between any two venues again.
ways-none = No way from here is different.
ways-forget = Remove

## Clashes
schedule-clash-venue = { $venue } is taken: { $batch }, { $when }.
schedule-clash-trainer = { $people } is teaching then: { $batch }, { $when }.
schedule-clash-travel = { $people } has less than { $minutes } minutes to or from { $venue }: { $batch }, { $when }.
schedule-clash-batch = This batch has another session then: { $when }.
schedule-clash-participant = { $count ->
    [one] { $people } sits in another session then: { $batch }, { $when }.
   *[other] { $count } people ({ $people }) sit in another session then: { $batch }, { $when }.
}
schedule-clash-quiet = It lies before 7 am or after 9 pm: { $when }.
schedule-clash-seats = The batch has more seats than the venue.
schedule-clash-holiday = That day is a holiday: { $holiday }.
schedule-clash-elsewhere = a batch outside your units
schedule-clash-reason = Why it is right all the same
schedule-clash-reason-hint = Kept in the journal. Or change time, venue or trainers below.

error-end-before-start = The end must come after the beginning.
error-session-long = A session lasts { $most } hours at most.
error-web-address = Enter the whole web address, starting with https://
error-venue-or-link = Choose a venue or enter a link, not both.
error-not-a-trainer = This person is not a trainer here. Give them the role first.
error-nowhere = A published session needs a venue or a link.
error-past = This lies in the past. Choose a later time.
error-begun = The session has begun: its modules can no longer be changed.
error-course-not-published = This course has no published version. Publish it first.
error-course-of-another-unit = This course belongs to another unit and cannot be held here.
conflict-clash = Something stands against this. Give a reason, or choose another time, venue or trainer.
conflict-venue-taken = The venue is taken at that time. Choose another time or another venue.
conflict-past = A session that begins in the past cannot be published. Change its time first.
conflict-nowhere = A session without venue or link cannot be published. Add one of the two first.
conflict-no-drafts = There is no draft to publish.
conflict-session-published = This session is published already.
conflict-session-cancelled = This session is cancelled and stays so. Make a new one.
conflict-session-over = This session is over and cannot be moved.
conflict-session-attended = People were marked present in this session: it took place and cannot be cancelled.
schedule-said = Will come: { $coming } · cannot come: { $not_coming }
schedule-letters = Letters about this session: to whom, when

# Seats for units: /batches/{id}/reservations
schedule-kept = Reserved seats
schedule-kept-lead = Keep some of the { $seats } seats of this batch for the people of a unit and all below it.
schedule-kept-row = Unit { $number }
schedule-kept-unit = Code of the unit
schedule-kept-until = Through which day
schedule-kept-hint = After that day these seats are everybody's. Empty a row to give its seats back at once.
error-kept-twice = This unit stands above already.
error-kept-too-many = The batch has { $most } seats. No more can be reserved.
error-below-kept = { $kept } seats are reserved for units. Make those fewer first.
