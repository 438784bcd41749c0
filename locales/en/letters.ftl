# The letters that people get by e-mail: templates/mail.
letters-dear = { $name },
letters-sessions = { $count ->
    [one] Your session:
   *[other] Your { $count } sessions:
}
letters-place = Place
letters-map = See on the map
letters-online = Link to join
letters-trainers = Trainer
letters-reason = Reason: { $reason }
letters-see-schedule = See your schedule
letters-see-details = See the details
letters-see-change = See what is new
letters-see-next = See your next session
letters-why-seat = You get this letter because you are enrolled in “{ $batch }”.
letters-why-batch = You get this letter because your name was on “{ $batch }”.
letters-why-waiting = You get this letter because you are on the waiting list of “{ $batch }”.
letters-why-withdrawal = You get this letter because you were enrolled in “{ $batch }”.
letters-why-taken-off = You get this letter because you were to teach in “{ $batch }”.
letters-why-sign-in = You get this letter because a sign-in code was asked for with this e-mail address. If it was not you, there is nothing to do. Tell this code to nobody.
letters-contact = Questions: { $contact }
letters-other-language = हिन्दी

letters-sign-in-subject = Sign-in code: { $code }
letters-sign-in-what = Your sign-in code:
letters-sign-in-use = The code works for 15 minutes, only in the browser that asked for it.
letters-sign-in-page = The sign-in page

letters-confirmation-subject = Your seat: { $at } – { $title }
letters-confirmation-subject-many = Your seat: { $count } sessions from { $day } – { $course }
letters-confirmation-subject-later = Your seat: { $course }
letters-confirmation-what = You have a seat in “{ $course }” ({ $batch }).
letters-confirmation-later = The dates are not fixed yet. An e-mail comes as soon as they are.

letters-waiting-subject = Waiting no. { $position }: { $course }
letters-waiting-subject-plain = Waiting list: { $course }
letters-waiting-what = All seats of “{ $course }” are taken. You are on the waiting list ({ $batch }).
letters-waiting-position = Waiting no. { $position }
letters-waiting-next = An e-mail comes as soon as there is a seat for you; confirm it then in the time given. There is nothing to do until then.

letters-invitation-subject = Invitation: { $at } – { $title }
letters-invitation-subject-many = Invitation: { $count } sessions from { $day } – { $course }
letters-invitation-what = { $count ->
    [one] There is a new session of “{ $course }” ({ $batch }).
   *[other] There are { $count } new sessions of “{ $course }” ({ $batch }).
}

letters-reminder-subject = Reminder: { $at } – { $title }
letters-reminder-subject-today = Today { $clock } ({ $date }): { $place }
letters-reminder-subject-many = Reminder: { $count } sessions from { $at } – { $course }
letters-reminder-subject-many-today = Today from { $clock }: { $count } sessions ({ $date })
letters-reminder-what = { $count ->
    [one] A reminder: your session is coming up.
   *[other] A reminder: you have { $count } sessions on one day.
}
letters-reminder-what-today = { $count ->
    [one] Your session is today.
   *[other] You have { $count } sessions today.
}
letters-reminder-absence = If you cannot come, please say so beforehand.

letters-change-subject = Changed: now { $at } (was { $was })
letters-change-subject-place = New place: { $at } – { $place }
letters-change-subject-plain = Changed: { $at } – { $title }
letters-change-subject-many = Changed: { $count } sessions, now from { $day } (was from { $was })
letters-change-subject-many-plain = Changed: { $count } sessions from { $day } – { $course }
letters-change-what = { $count ->
    [one] Your session has changed. It is now:
   *[other] { $count } of your sessions have changed. They are now:
}
letters-change-was = Time before
letters-change-was-where = Place before
letters-change-was-time = Time before (no longer valid): { $when }
letters-change-was-place = Place before (no longer valid): { $place }

letters-cancellation-subject = Cancelled: session of { $day } – { $title }
letters-cancellation-subject-many = Cancelled: { $count } sessions from { $day } – { $course }
letters-cancellation-subject-batch = Cancelled: { $course }
letters-cancellation-what = { $count ->
    [one] This session is cancelled. Please do not come for it.
   *[other] These { $count } sessions are cancelled. Please do not come for them.
}
letters-cancellation-what-batch = “{ $course }” ({ $batch }) is not held: the whole batch is cancelled.
letters-cancellation-next-batch = There is nothing for you to do. An e-mail comes when there is a new batch for you.
letters-cancellation-next-staff = You need not come; those who were expected are told.
letters-cancellation-next = An e-mail comes as soon as a new session is fixed in its place.

letters-named-subject = You teach: { $at } – { $title }
letters-named-subject-many = You teach { $count } sessions from { $day } – { $course }
letters-named-what = { $count ->
    [one] You teach this session of “{ $course }” ({ $batch }).
   *[other] You teach these { $count } sessions of “{ $course }” ({ $batch }).
}

letters-taken-off-subject = You no longer teach: { $at } – { $title }
letters-taken-off-subject-many = You no longer teach { $count } sessions from { $day } – { $course }
letters-taken-off-what = { $count ->
    [one] You no longer teach this session of “{ $course }” ({ $batch }).
   *[other] You no longer teach these { $count } sessions of “{ $course }” ({ $batch }).
}
letters-taken-off-next = You need not come as a trainer.

letters-withdrawal-subject = Enrolment ended: { $course }
letters-withdrawal-what = Your enrolment in “{ $course }” has ended ({ $batch }).
letters-withdrawal-sessions = { $count ->
    [one] This session is no longer in your schedule:
   *[other] These { $count } sessions are no longer in your schedule:
}

letters-training = training
letters-stop = Stop reminders
letters-bounce-subject = E-mail does not arrive: { $name }
letters-bounce-what = Letters to { $name } come back. Nothing more is sent to { $address }.
letters-bounce-said = The mail server there said: { $said }
letters-bounce-do = Please ask for an address that works, and until then tell this person by phone. When the mailbox is in order again, say so on the person's page.
letters-bounce-see = See the person
letters-why-bounce = You get this letter because you administer this person's unit.

letters-will-you-come = Say whether you will come
letters-see-result = See your result
letters-keep-list = Keep the list on your phone
letters-take-roll = Take the roll
letters-why-trainer = You get this letter because you look after the training of “{ $batch }”.

letters-absence-subject = You missed { $date } – { $title }
letters-absence-subject-next = You missed { $date } – next chance { $day }
letters-absence-what = { $count ->
    [one] You missed this session. You can make it up in another one.
   *[other] You missed these { $count } sessions. You can make them up in others.
}
letters-absence-chance = Next chance: { $when }
letters-absence-no-chance = The block office will tell you as soon as there is another chance.
letters-absence-mistake = If you were there, it was written down wrongly. Please call the number below.

letters-completion-subject = Congratulations – you have completed { $course }
letters-completion-what = Congratulations! You have completed “{ $course }” ({ $batch }).

letters-roster-subject = { $count ->
    [0] Roster: { $date }, nobody yet – { $title }
    [one] Roster: { $date }, 1 person – { $title }
   *[other] Roster: { $date }, { $count } people – { $title }
}
letters-roster-what = { $count ->
    [0] Nobody is enrolled yet.
    [one] 1 person is expected.
   *[other] { $count } people are expected.
}

letters-overdue-subject = Roll call due: { $date } – { $title }
letters-overdue-what = { $count ->
    [one] The roll of this session is not complete yet.
   *[other] The rolls of these { $count } sessions are not complete yet.
}
letters-overdue-until = Please complete it within 5 days of the session. After that, names without a mark stay “not marked”.

# To whoever looks after a unit: what to tell those who have no e-mail.
digest-subject = { $count ->
    [one] To pass on ({ $date }): 1 person without e-mail
   *[other] To pass on ({ $date }): { $count } people without e-mail
}
digest-title = People without e-mail
digest-what = { $count ->
    [one] No e-mail reaches 1 person. Please tell this person by phone or WhatsApp.
   *[other] No e-mail reaches { $count } people. Please tell them by phone or WhatsApp.
}
digest-do = The text below each name can be forwarded as it is.
digest-others = This list also went to: { $names }. Please agree who tells whom.
digest-no-phone = no phone number
digest-until = Please tell before { $until }
digest-see = See the list of letters
digest-why = You get this letter because you look after these people's unit.
digest-seat = { $count ->
    [one] You have a seat in the training. The session:
   *[other] You have a seat in the training. The sessions:
}
digest-seat-later = You have a seat in the training. We tell you the dates as soon as they are fixed.
digest-waiting = All seats of the training are taken. You are no. { $position } on the waiting list. We tell you as soon as there is a seat.
digest-waiting-plain = All seats of the training are taken. You are on the waiting list. We tell you as soon as there is a seat.
digest-invitation = { $count ->
    [one] There is a new training session:
   *[other] There are { $count } new training sessions:
}
digest-reminder = { $count ->
    [one] A reminder: your training session is coming up:
   *[other] A reminder: your { $count } training sessions are coming up:
}
digest-change = { $count ->
    [one] Your training session has changed. It is now:
   *[other] { $count } of your training sessions have changed. They are now:
}
digest-cancellation = { $count ->
    [one] This training session is cancelled. Please do not come for it:
   *[other] These { $count } training sessions are cancelled. Please do not come for them:
}
digest-cancellation-batch = Your training is not held: all its sessions are cancelled. There is nothing for you to do.
digest-withdrawal = { $count ->
    [one] Your enrolment in the training has ended. This session is no longer for you:
   *[other] Your enrolment in the training has ended. These { $count } sessions are no longer for you:
}
digest-absence = { $count ->
    [one] You missed this training session. You can make it up in another one:
   *[other] You missed these { $count } training sessions. You can make them up in others:
}
digest-completion = Congratulations! You have completed the training.
digest-offer = There is a seat in the training for you. Please say by { $until } whether you take it. After that it goes to the next in line.
digest-lapse = The time to confirm your seat in the training is over, so it went to the next in line. You can ask for a place again.
digest-decision = Your request for a place in the training was not accepted this time.
digest-apology-approved = Your apology for this session is accepted:
digest-apology-declined = Your apology for this session is not accepted. You are expected:
digest-apology-seat = There is a place for you in this session, to make up for what you missed:
digest-apology-moved = The session where you make up for what you missed has changed. It is now:
digest-apology-cancelled = The session where you would make up for what you missed is cancelled. Please do not come for it:
digest-answer = Please say whether you will come.

# Every Monday, to whoever administers a unit.
weekly-subject = Weekly summary, { $unit }: { $percent }% complete, { $left } left
weekly-subject-many = Weekly summary, { $unit } and { $others } more: { $percent }% complete, { $left } left
weekly-what = Weekly summary of { $date }
weekly-line = { $percent }% complete ({ $complete } of { $enrolled }), { $left } left
weekly-change-more = { $count } more complete than a week before (then { $percent }%)
weekly-change-none = As many complete as a week before (then { $percent }%)
weekly-change-fewer = { $count } fewer complete than a week before (then { $percent }%)
weekly-more = { $count ->
    [one] and 1 more unit with fewer left
   *[other] and { $count } more units with fewer left
}
weekly-unit = Unit
weekly-complete = Complete
weekly-left = Left
weekly-problems = Please look after this
weekly-roll = { $count ->
    [one] 1 session of the last 7 days has no complete roll: { $which }
   *[other] { $count } sessions of the last 7 days have no complete roll: { $which }
}
weekly-vacant = { $count ->
    [one] 1 request waits with a unit above, because the post that decides is vacant: { $which }
   *[other] { $count } requests wait with units above, because the posts that decide are vacant: { $which }
}
weekly-blocked = { $count ->
    [one] The e-mail address of 1 person does not work
   *[other] The e-mail addresses of { $count } people do not work
}
weekly-see = See who is left
weekly-why = You get this letter because you are an administrator there.
