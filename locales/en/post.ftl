# The list of letters: /letters.
post-title = Letters
post-lead = Which letter goes when, who got it, and what did not arrive. Call those who have no e-mail.
post-all = All
post-everybody = Everybody's letters
post-person = Person
post-kind = Letter
post-about = About
post-when = When
post-state = State
post-attempts = Tries
post-reason = Reason
post-batch = Batch
post-session = Session
post-due = Due
post-useless-after = Not sent after
post-next-try = Next try
post-sent = Sent at
post-address = E-mail address
post-message-id = Message-ID
post-text = The letter
post-text-none = This letter is not written yet. It is written when it goes.
post-text-gone = The text of this letter is not kept any more: it named somebody who was erased.
post-repeat-none = This letter has perhaps arrived and its text is not kept any more, so it cannot be sent again: the second would read otherwise than the first.
post-text-secret = A letter with a sign-in code is shown to nobody else.
post-none = There is no such letter. Letters show here once sessions are published and people enrolled.
post-cancel = Do not send this letter

post-state-planned = Planned
post-state-leased = Being sent
post-state-sent = Sent
post-state-failed = Failed
post-state-uncertain = Uncertain
post-state-missed = Missed
post-state-cancelled = Cancelled

post-kind-sign_in = Sign-in code
post-kind-confirmation = Confirmation of seat
post-kind-waiting = Waiting list
post-kind-invitation = Invitation
post-kind-reminder = Reminder
post-kind-change = Change
post-kind-cancellation = Session cancelled
post-kind-withdrawal = Enrolment or teaching ended
post-kind-absence = Missed session
post-kind-completion = Course completed
post-kind-roster = Trainer's roster
post-kind-overdue = Roll call due
post-kind-offer = Seat offered
post-kind-lapse = Offer over
post-kind-request = Request for a place
post-kind-decision = Decision on a request
post-kind-apology = Apology and make-up

post-rule-three_days = 3 days before
post-rule-one_day = 1 day before
post-rule-roster = the evening before
post-rule-absence = the next day
post-rule-completion = at once
post-rule-overdue_1 = after 1 day
post-rule-overdue_3 = after 3 days
post-rule-same_day = Same day

post-reason-no-address = No e-mail address
post-reason-useless = Its time had passed
post-reason-by-hand = Stopped by an administrator
post-reason-not-wanted = No longer needed
post-reason-no-right = Who let it go does not administer the unit any more
post-reason-broken-off = The service stopped while sending; perhaps it arrived
post-reason-nobody-lives = The service broke off each time before sending it; not sent

post-alarm = { $wrong } of the last { $ended } letters did not arrive. Look whether the mail server is in order.
post-alarm-see = See which
post-paused = All mail is stopped
post-paused-by = Stopped by { $by } on { $since }.
post-paused-since = Stopped on { $since } at the command line.
post-paused-reason = Reason: { $reason }
post-paused-codes = Letters are planned and kept. Only sign-in codes go.
post-resume = Let mail go again
post-pause = Stop all mail
post-pause-lead = On every server, within seconds. Nothing is lost: what is still useful goes when mail is let go again. Sign-in codes go on.
post-pause-why = Why
post-pause-now = Stop all mail now
post-stop = Stop these letters
post-stop-count = { $count ->
    [one] One planned letter will not be sent:
   *[other] { $count } planned letters will not be sent, among them:
}
post-stop-final = This cannot be taken back. The letters will not be planned again.
post-stop-now = { $count ->
    [one] Stop one letter
   *[other] Stop { $count } letters
}

post-kind-notice = Letter to many
post-kind-notice_news = About a letter to many
post-kind-bounce = Address that does not work
post-kind-digest = To pass on
post-kind-weekly = Weekly summary
post-reason-unsubscribed = The reader wants no reminders
post-reason-blocked = Letters to this address come back
post-passed-on = Told through the unit's contact
post-passing-on = Will be told through the unit's contact
post-text-of-others = This letter is about people of units that are not yours.
post-stop-reminders = Stop reminders
post-stop-reminders-ask = Stop the reminders for { $name }?
post-stop-reminders-rest = Letters to many stop too. Letters about your seat, about changed and about cancelled sessions still come.
post-stop-reminders-now = Stop reminders
post-stop-reminders-done = The reminders for { $name } are stopped.
post-stop-digest = Stop this list
post-stop-digest-ask = Stop the list of people without e-mail for { $name }?
post-stop-digest-rest = Somebody else, or the unit above, must then tell these people. All other letters still come.
post-stop-digest-now = Stop the list
post-stop-digest-done = The list of people without e-mail is stopped for { $name }.
post-stop-weekly = Stop the weekly summary
post-stop-weekly-ask = Stop the weekly summary for { $name }?
post-stop-weekly-rest = All other letters still come.
post-stop-weekly-now = Stop the weekly summary
post-stop-weekly-done = The weekly summary is stopped for { $name }.
post-stop-reminders-back = To get them again, sign in and open “My details”.

notice-letter-planned = The letter is being sent again.
notice-letter-cancelled = This letter will not be sent.
conflict-letter-state = The letter's state has changed, so this is no longer possible.
conflict-letter-too-late = The letter's time has passed, so it cannot be sent again.
notice-mail-paused = All mail is stopped.
notice-mail-resumed = Mail goes again.
notice-letters-cancelled = These letters will not be sent.
conflict-mail-paused = All mail is stopped already.
conflict-mail-not-paused = Mail is not stopped.
conflict-letters-none = None of these letters is planned any more.
notice-reminders-stopped = You get no more reminders.
notice-reminders-wanted = You get reminders again.
notice-address-well = Letters go to this address again.
conflict-address-well = Letters go to this address already.
post-reason-own-text = The text of its template cannot be filled in for this reader: the subject becomes too long. Shorten it, then send the letter again
post-reason-trial-once = A trial goes once; send another from the text
post-rule-trial = trial
