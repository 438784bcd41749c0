# The roll call: /sessions/{id}/roll-call, /sessions/{id}/sheet, /sessions/{id}/marks.
attendance-roll-call = Roll call
attendance-opens = The roll call opens on { $when }.
attendance-finished = Roll call finished: { $when }
attendance-saved = All sent
attendance-saving = Sending
attendance-unsent = { $n } to send
attendance-all-present = Mark all present
attendance-details = Details
attendance-details-of = { $name }: details and changes
attendance-left-after = Left after { $n } minutes
attendance-finish = Finish
attendance-nobody = Nobody is enrolled for this session yet. Add people to the batch first.
attendance-sheet = Sign sheet
attendance-history = History of marks
attendance-closing-title = Finish the roll call
attendance-unmarked-count = { $n ->
    [one] { $n } person is not marked. What shall be noted?
   *[other] { $n } people are not marked. What shall be noted?
}
attendance-make-absent = { $n ->
    [one] Mark { $n } absent
   *[other] Mark all { $n } absent
}
attendance-leave-unmarked = Leave them not marked
attendance-course = Course
attendance-modules = Modules
attendance-when = Time
attendance-venue = Venue
attendance-address = Address
attendance-trainers = Trainers
attendance-revision = Revision
attendance-serial = No.
attendance-name = Name
attendance-relation = Father / husband
attendance-unit = Unit
attendance-signature = Signature
attendance-printed = { $n } names · revision { $revision } · list of { $when }
attendance-mark = Mark
attendance-minutes-kept = Minutes
attendance-minutes-hint = “Left early”: minutes attended. “Late”: minutes late, if you like.
attendance-minutes = { $n } minutes
attendance-marked-at = Marked
attendance-received-at = Received
attendance-marked-by = By
attendance-superseded = replaced later
attendance-no-marks = Nothing is marked yet.
attendance-late-by = Late by { $n } minutes
attendance-reason = Reason
attendance-reason-hint = Five days after the session each change needs its reason.
attendance-because = Reason: { $reason }
attendance-clock-was = Phone’s clock: { $when }
attendance-revert = Use this one again
attendance-differing = { $n ->
    [one] { $n } person was marked in 2 different ways. The later mark counts. Choose which is right:
   *[other] { $n } people were marked in 2 different ways. The later mark counts. Choose which is right:
}
attendance-differs = Marked in 2 different ways.
attendance-differs-choose = The later mark counts. Both stand below. Choose the right one and save.
attendance-source-roll = Roll call list
attendance-source-form = On the page
attendance-source-sheet = Sign sheet
attendance-source-closing = At the finish
attendance-source-program = Program
attendance-source-badge = Badge
attendance-source-check_in = Own phone
attendance-source-apology = Apology
attendance-source-appeal = Reported mistake
attendance-source-walk_in = Walk-in

notice-saved-but-some = Saved. Some names are no longer on this list and were not marked.
notice-roll-closed = The roll call is finished.

error-minutes-kept = With “left early” enter the minutes attended, from 0 to 6000.
error-late-reason = Five days after the session, say why you change it.
error-too-many-marks = No more than 500 marks can be sent at once.

conflict-roll-too-early = The roll call is not open yet.
conflict-roll-too-late = The time for changing this roll is over. Talk to your administrator.
conflict-roll-cancelled = This session is cancelled.
conflict-roll-not-published = This session is not published yet.
