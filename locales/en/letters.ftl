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

letters-roster-subject = Roster: { $date }, { $count } people – { $title }
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
