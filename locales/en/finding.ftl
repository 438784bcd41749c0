# Finding times, and when trainers can be asked: /schedules/suggestions, /people/…/availability.
finding-title = Find times
finding-ask = What to find times for
finding-batches = Batches that still need sessions
finding-left = { $count ->
    [one] { $unit } · { $count } session left
   *[other] { $unit } · { $count } sessions left
}
finding-no-batches = Every open batch has all of its sessions.
finding-from = Not before
finding-to = Not after
finding-clocks = Sessions may begin at
finding-clocks-hint = With commas between, for example: 10:00, 14:00
finding-weekdays = On these days
finding-per-day = Sessions of one batch on one day, at most
finding-means = Public holidays are left out. Trainers are asked only in their hours and not while they are away; everybody has time for the way. The plan ends as early as can be and spreads the teaching. The same question gives the same plan.
finding-find = Find times
finding-found = { $count ->
    [one] { $count } session has a time. The last one is on { $day }.
   *[other] { $count } sessions have a time. The last one is on { $day }.
}
finding-checked = Checked once more by another way: nothing clashes.
finding-unsound = The plan that was found did not stand up to the check and is not shown. Please tell whoever runs this service.
finding-without = { $count ->
    [one] { $count } session has no time
   *[other] { $count } sessions have no time
}
finding-nothing-left = These batches have all of their sessions.
finding-accept-means = The sessions become drafts. Nobody is told before you publish them.
finding-accept = { $count ->
    [one] Make { $count } draft
   *[other] Make { $count } drafts
}
finding-hours = { $hours } h
finding-hours-minutes = { $hours } h { $minutes } min
finding-why = { $count ->
    [one] Why not earlier: { $count } time refused
   *[other] Why not earlier: { $count } times refused
}
finding-why-more = { $count ->
    [one] and { $count } more
   *[other] and { $count } more
}
finding-why-weekday = not one of the chosen days
finding-why-holiday = holiday ({ $name })
finding-why-night = before 7 am or after 9 pm
finding-why-full-day = the batch has enough sessions on that day
finding-why-people = somebody of the batch sits in another session
finding-why-no-trainer = nobody is a trainer here
finding-why-trainers = no trainer is free ({ $list })
finding-why-no-hall = there is no venue here
finding-why-halls = no venue is free (too small: { $small }, taken: { $taken })
finding-why-travel = no free trainer gets to a free venue in time
finding-trainer-away = { $name }: away
finding-trainer-hours = { $name }: outside the hours
finding-trainer-teaches = { $name }: teaches
error-far-apart = The days lie too far apart: { $most } at most.
conflict-nothing-found = There is no session to make.
notice-sessions-drafted = The sessions are saved as drafts.

## When trainers can be asked
availability-title = When sessions can be asked for
availability-mine = My hours
availability-week = The week
availability-any-time = No hours are kept: any time is fine.
availability-week-hint = Only within these hours. A day left empty: not on that day. All left empty: at any time.
availability-weekday-1 = Monday
availability-weekday-2 = Tuesday
availability-weekday-3 = Wednesday
availability-weekday-4 = Thursday
availability-weekday-5 = Friday
availability-weekday-6 = Saturday
availability-weekday-7 = Sunday
availability-from = From
availability-to = To
availability-away = Days away
availability-none-away = No days away are kept.
availability-from-day = First day
availability-to-day = Last day
availability-to-day-hint = Empty: one day only.
availability-add = Add days away
availability-remove = Remove
