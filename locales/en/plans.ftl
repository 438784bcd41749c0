# Many sessions planned at once: /schedules and the pages below it.
plan-title = Many sessions at once
plan-new = New plan
plan-lead = Choose a course, units and days; all sessions appear in one table. Nobody is told before you publish.
plan-none = There is no plan yet.
plan-drafts = Drafts
plan-shared = Drafts of colleagues
plan-size = { $sessions ->
    [one] { $sessions } session
   *[other] { $sessions } sessions
}, { $units ->
    [one] { $units } unit
   *[other] { $units } units
}
plan-changed = changed { $when }
plan-one = Plan: { $course }
plan-units = Units
plan-first-day = First day
plan-repeat = How often
plan-repeat-weekly = every week, the same day
plan-repeat-fortnightly = every second week
plan-repeat-daily = every day
plan-repeat-weekdays = Monday to Friday
plan-repeat-rule = by the rule below
plan-rule-title = Another pattern (RFC 5545)
plan-rule = Rule
plan-rule-hint = Choose “by the rule below” above. Every Saturday and Sunday, for example: FREQ=WEEKLY;BYDAY=SA,SU
plan-ends-hint = Leave it empty: as long as the modules take.
plan-count = Sessions in each unit
plan-count-hint = Leave it empty: one session for each module.
plan-draw = Show the table
plan-grid = Table of the sessions
plan-kept = The draft is kept; you find it here later as well.
plan-new-tag = new batch
plan-seats = { $count ->
    [one] { $count } seat
   *[other] { $count } seats
}
plan-clash = Clash
plan-holiday = Holiday
plan-no-clash = No clash
plan-red = { $count ->
    [one] Something stands against { $count } session. Change it; all but a taken venue can also be published with a reason.
   *[other] Something stands against { $count } sessions. Change them; all but a taken venue can also be published with a reason.
}
plan-amber = { $count ->
    [one] { $count } session is on a holiday.
   *[other] { $count } sessions are on holidays.
}
plan-no-trainer = no trainer yet
plan-left-out = This session is not held here
plan-leave-out = Do not hold this session here
plan-session = Session { $number }, { $unit }
plan-new-batch = Make a new batch
plan-batch-hint = Choose a batch that is there already, or let one be made.
plan-batch-title = Title of the new batch
plan-batch-seats = Seats of the new batch
plan-column-all = The venue and the trainers below are for all sessions of this unit.
plan-go-publish = Publish
plan-discard = Discard the draft
plan-confirm = Before you publish
plan-new-batches = New batches
plan-invitations-label = Invitations
plan-means = { $count ->
    [0] Nobody has a seat yet. Whoever gets one later is told of the sessions.
    [one] { $count } invitation goes out: one e-mail with all sessions of that person.
   *[other] { $count } invitations go out: each person gets one e-mail with all their sessions.
}
plan-mute = { $count ->
    [one] { $count } person has no e-mail address; the name will be in the list of letters.
   *[other] { $count } people have no e-mail address; their names will be in the list of letters.
}
plan-publish = { $count ->
    [0] Publish
    [one] Publish and send { $count } invitation
   *[other] Publish and send { $count } invitations
}
plan-reason-hint = For all clashes above; kept in the journal.
plan-is-published = { $sessions ->
    [one] This plan is published: { $sessions } session, { $when }.
   *[other] This plan is published: { $sessions } sessions, { $when }.
}
notice-plan-drafted = The draft is kept. Look at it, then publish.
notice-plan-discarded = The draft is discarded.
error-clock = Enter the time like 10:30.
error-rule = This rule cannot be read. For example: FREQ=WEEKLY;BYDAY=SU
error-rule-too-often = There can be one session a day. Use FREQ=DAILY or a longer step.
error-rule-too-many = This rule makes more than { $most } sessions. Limit it by COUNT or UNTIL.
error-rule-too-few = { $found ->
    [one] This rule gives only { $found } day.
   *[other] This rule gives only { $found } days.
}
error-plan-too-large = One plan holds { $most } sessions at most. Choose fewer units or fewer sessions.
error-plan-too-wide = One plan holds { $most } units at most.
error-plan-needs-batch = { $unit }: there is no empty batch of this course here. Ask an administrator to make one.
error-plan-needs-batch-here = Only an administrator can make a batch. Choose one that is there already.
error-course-of-another = { $unit }: this course belongs to another unit and cannot be held here.
conflict-plan-published = This plan is published already.
conflict-plan-empty = There is no session in this plan.
conflict-plan-course-gone = This course has no published version any more.
conflict-plan-batch-gone = A batch is no longer open. Choose another batch for that unit.
conflict-plan-not-allowed = You do not have the right to plan, or to make a batch, in one of these units.
conflict-plan-nowhere = A session has neither venue nor link. Add one of the two first.
conflict-plan-venue-gone = A venue is no longer available. Choose another.
conflict-plan-trainer-gone = A trainer no longer has the role. Choose another.
conflict-plan-past = A session lies in the past. Change its time first.
conflict-plan-venue-taken = A venue is taken at that time. No reason can pass this: change the time or the venue.
conflict-plan-modules-differ = A batch is on an older version that lacks these modules. Let a new batch be made for that unit.
