# The start pages, help, privacy.
overview-index-title = Training schedule and attendance
overview-index-lead = See your next session, your attendance and your progress.
overview-index-link = Have you got a link by e-mail? Open it: it shows your next session at once.
overview-contact-title = Help:
overview-me-title = My training
overview-next = Next session
overview-today-word = Today
overview-tomorrow-word = Tomorrow
overview-waiting = On the wait list
overview-cancelled = Cancelled
overview-complete = Complete
overview-percent = { $percent }% done
overview-add-to-calendar = Add to calendar
overview-map = See on map
overview-join = Join online
overview-call = Call the venue
overview-no-session = No session is fixed yet. You will get an e-mail as soon as one is.
overview-later = After that
overview-offered = There is a seat for you
overview-answer = See and confirm
overview-progress = Progress
overview-schedule-title = My schedule
overview-attendance-title = Attendance
overview-profile-title = My details
overview-past = Past sessions
overview-session = Session
overview-when = When
overview-attendance-none = No session has taken place yet.
overview-attendance-wrong = Is something wrong here? Tell your trainer or call your office.
overview-name-other = Name in the other script
overview-relation = Father's / husband's name
overview-unit = Unit
overview-phone = Mobile number
overview-email = E-mail
overview-previous-party = Previous party
overview-joined-on = Joined on
overview-profile-wrong = If something is wrong, call your office; it will be corrected.
overview-today-title = Today
overview-names = { $count ->
    [one] 1 name
   *[other] { $count } names
}
overview-marked = { $count } marked
overview-roll-done = Roll complete
overview-take-roll = Take the roll
overview-sheet = Sign sheet
overview-nothing-today = There is no session for you today.
overview-next-days = Next days
overview-dashboard-title = Overview
overview-enrolled = Enrolled
overview-completed = Complete
overview-left = Left
overview-week = Sessions in 7 days
overview-steps = First steps
overview-step-units = Add the units
overview-step-people = Add the people
overview-step-course = Make a course
overview-step-schedule = Make a batch and its sessions
overview-step-letters = Look at the letters
overview-troubled = { $count ->
    [one] 1 letter was
   *[other] { $count } letters were
} not delivered
overview-waiting-notices = { $count ->
    [one] 1 letter to many waits
   *[other] { $count } letters to many wait
} for your approval
overview-unmarked = Sessions without roll call
overview-unmarked-none = Every past session has its roll.
overview-help-title = Help
overview-help-sign-in = Signing in
overview-help-sign-in-text = Enter your e-mail address; a code of six digits comes by e-mail within a minute. Without an e-mail address, call your office: it can tell you your sessions.
overview-help-schedule = When is my session?
overview-help-schedule-text = “My training” opens on your next session: what, when, where. If a session is moved or cancelled, an e-mail comes at once.
overview-help-roll = Taking the roll
overview-help-roll-text = Open “Today”, choose the session, tap one mark for each name. It can be corrected for 48 hours.
overview-privacy-title = Privacy notice
overview-privacy-what = We keep your name, your father's or husband's name, phone numbers, e-mail addresses, unit, previous party, joining date, enrolments and attendance. Nothing else.
overview-privacy-why = It is used only to plan training, take attendance and send you your schedule.
overview-privacy-who = Your trainer sees your name; the administrators of your unit and of those above it see your details. Nobody else does, and no other site is told that you were here.
overview-privacy-rights = You can ask to see, correct or erase what is kept about you. Call your office.
overview-reminders = Reminders by e-mail
overview-reminders-on = You get a reminder by e-mail before each session. Changes and cancellations always come.
overview-reminders-off = You get no reminders by e-mail. Changes and cancellations still come.
overview-digests-off = You stopped the list of people without e-mail or the weekly summary. All other letters come.
overview-digests-want = Get all letters again
overview-reminders-want = Get reminders again
