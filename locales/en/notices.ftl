# Letters to many: /letters/new, /letters/notices.
notices-title = Letters to many
notices-new = Write to many
notices-change = Change the draft
notices-form-lead = One letter to many people of your units. First you see whom it goes to and how it reads.
notices-whom = Whom it goes to
notices-everybody = Everybody
notices-unit = Unit
notices-unit-hint = With everything below it.
notices-course = Course
notices-batch = Batch
notices-place = Place
notices-place-seat = Has a seat
notices-place-waiting = On the waiting list
notices-verdict = Result
notices-verdict-complete = Completed
notices-verdict-incomplete = Not completed
notices-texts-hint = In Hindi, in English, or in both: everybody gets the own language, and both when it is not known. In one language only, everybody gets that one. The letter begins with the reader's name. {"{name}"} stands for the name and {"{unit}"} for the unit; web addresses become links.
notices-language-hi = Hindi
notices-language-en = English
notices-subject = Subject
notices-subject-hi = Subject in Hindi
notices-subject-en = Subject in English
notices-body-hi = Text in Hindi
notices-body-en = Text in English
notices-look = Keep and look
notices-nothing-yet = Nothing goes yet. The draft is kept.
notices-none = No letter to many has been written yet.
notices-people = People
notices-by = Written by
notices-would-go = { $count ->
    [one] It would go to one person.
   *[other] It would go to { $shown } people.
}
notices-would-not-go = It would go to nobody: change whom it goes to.
notices-meant = People in the selection
notices-without-address = Left out: no e-mail address that works
notices-stopped = Left out: want no reminders and letters to many
notices-confirmed = Confirmed
notices-goes-from = Goes from
notices-go-on = Send to all …
notices-try = Send one to myself
notices-discard = Throw the draft away
notices-as-read-by = As { $name } reads it
notices-both-languages = Everybody gets the letter in the own language; both, one below the other, when it is not known.
notices-one-language = Everybody gets the letter in this language.
notices-sample = Some of those who get it
notices-sample-hint = Choose a name to see the letter as this person reads it.
notices-holding = Nothing goes before { $at }. Until then it can be taken back whole.
notices-stopped-by-alarm = Paused by itself, because too many letters did not arrive. See which ones failed and why, then let it go on or end it.
notices-stopped-by-hand = Paused. What has not gone waits.
notices-alarm = { $wrong } of { $ended } letters did not arrive.
notices-writing = The letters are still being prepared; their number grows.
notices-resume = Go on
notices-pause = Pause
notices-cancel = Take it back, send nothing
notices-abort = End it: what has not gone does not go
notices-look-again = Look again
notices-text = The text
notices-letters = Letter by letter
notices-no-letters = There is no such letter.
notices-see = See this letter
notices-confirm = Send to all
notices-confirm-lead = “{ $title }” goes to { $people } people of { $unit }.
notices-confirm-hold = It is held for { $minutes } minutes, during which it can be taken back. The first letters go from { $at }; nobody is written to between 21:00 and 07:00.
notices-code-title = Who confirms?
notices-code-lead = So that nobody else sends it in your name, a code comes to your own e-mail address. It works for { $minutes } minutes.
notices-code-send = Send me the code
notices-code = Code
notices-count = To how many people?
notices-count-hint = Type the number: { $people }.
notices-send = { $count ->
    [one] Send to one person
   *[other] Send to { $count } people
}

notices-phase-draft = Draft
notices-phase-holding = Held
notices-phase-sending = Going
notices-phase-paused = Paused
notices-phase-done = Done
notices-phase-cancelled = Taken back
notices-phase-aborted = Ended midway
notices-phase-waiting = Waits for approval
notices-phase-revoked = Stopped: the right is gone

notices-waiting-for-you = Waits for your approval
notices-waiting-line = { $by }, { $unit }, { $people } people, since { $when }
notices-needs-approval = Whoever writes to more than { $most } people in one day needs a second administrator. One of these must agree; they get a letter about it at once:
notices-approval-hold = From then on it is held for { $minutes } minutes, during which it can be taken back.
notices-put-up = Put up for approval
notices-left = People you can still write to today: { $left } (of { $most } in one day). From midnight it is { $most } again.
notices-waits = Nothing goes until a second administrator agrees. Nobody can change the text meanwhile.
notices-who-approves = These can agree; they have a letter about it:
notices-nobody-approves = There is nobody at the moment who can agree. Give another person the role of administrator for this unit or one above it (under “Roles”): from the next day on that person can agree. Or take this letter back and write to fewer people.
notices-decide = Look and decide
notices-approved-by = Approved by
notices-revoked = Stopped by itself: who confirmed or approved it does not administer this unit any more. What had not gone does not go. If it shall go, another administrator writes it anew.
notices-sent-back = { $by } sent this letter back. Change it, then send it anew. The reason:
notices-approval = Approve a letter to many
notices-approval-lead = { $by } wants to write to { $people } people. Look at text, readers and number before you agree.
notices-approval-other = It was confirmed for { $confirmed } people; now it is { $people }.
notices-approve = Approve
notices-approve-lead = You answer for it too. It is then held for { $minutes } minutes, during which it can be taken back.
notices-send-back = Send it back
notices-send-back-hint = Nothing goes. Whoever wrote it gets this reason by letter.
notices-sent-back-reason = Reason

notices-news-people = { $count ->
    [one] one person
   *[other] { $shown } people
}
notices-news-subject-confirmed = Letter to { $people } of { $unit }
notices-news-what-confirmed = { $by } writes to { $people } of { $unit }.
notices-news-act-confirmed = If this is not right, stop it: before that time the whole letter can be taken back, later whatever has not gone. If { $by } knows nothing of it, end that person's role at once.
notices-news-button-confirmed = See the letter, stop it
notices-news-subject-waiting = For your approval: letter to { $people } of { $unit }
notices-news-what-waiting = { $by } wants to write to { $people } of { $unit } and needs your approval.
notices-news-act-waiting = Nothing goes before a second administrator agrees. Look at text, readers and number, then approve it or send it back with a reason.
notices-news-button-waiting = Look and decide
notices-news-subject-approved = Approved: letter to { $people } of { $unit }
notices-news-what-approved = { $second } approved your letter to { $people } of { $unit }.
notices-news-act-approved = Until it goes you can take it back.
notices-news-button-approved = See the letter
notices-news-subject-sent-back = Sent back: letter to { $people } of { $unit }
notices-news-what-sent-back = { $second } sent your letter to { $people } of { $unit } back.
notices-news-act-sent-back = It is a draft again. Change it, then send it anew.
notices-news-button-sent-back = See the draft
notices-news-subject-revoked = Stopped: letter to { $people } of { $unit }
notices-news-what-revoked = The letter of { $by } to { $people } of { $unit } has stopped by itself.
notices-news-act-revoked = Who confirmed or approved it does not administer this unit any more. What had not gone does not go. If it shall go, write it anew.
notices-news-button-revoked = See what went
notices-news-why = You get this letter because you are an administrator of this unit or of one above it.

notices-letter-trial = [Trial]
notices-letter-why = You get this letter because your name is on the list of “{ $unit }”.
notices-letter-stop = Stop reminders and letters to many

letters-proof-subject = Code to confirm: { $code }
letters-proof-what = Something is to be done that you answer for and that can hardly be taken back. Your code to confirm it:
letters-proof-use = The code works for 10 minutes, only for this.
letters-proof-page = To the confirmation
letters-why-proof = You get this letter because the code was asked for while signed in as you. If it was not you, tell this code to nobody and tell your in-charge at once: somebody else is signed in as you.

error-either-language = Write it in Hindi, in English, or in both.
error-one-line = The subject must be one line. Take the line break out.
error-placeholder = { $given } stands for nothing. Did you mean { $near }?
error-other-count = The letter would go to { $count } people now. Look again and type this number.

conflict-notice-no-draft = This letter has been confirmed or thrown away already.
conflict-notice-state = This letter's state has changed, so this is no longer possible.
conflict-notice-nobody = The letter would go to nobody.
conflict-notice-quota = People you can still write to today: { $left } (of { $most } in one day); this letter would go to { $count }. From midnight it is { $most } again: send it tomorrow, or to fewer people. An administrator of a unit above may write to more.
conflict-notice-quota-of-writer = People whom its writer can still write to today: { $left } (of { $most } in one day); this letter would go to { $count }. Approve it after midnight, or send it back.
conflict-notice-no-approver = Whoever writes to more than { $most } people in one day needs a second administrator, and here there is nobody but you. Give another person the role of administrator for this unit or one above it (under “Roles”): from the next day on that person can agree. Or write to at most { $most } people a day. Who runs the server can give the role at once: prashikshan admin create.
conflict-notice-not-waiting = This letter does not wait for approval any more.
conflict-notice-own = You wrote or confirmed this letter yourself: somebody else must agree.
conflict-notice-new-role = You have your role for less than a day. From tomorrow on you can agree.
conflict-notice-same-mailbox = Your codes come to the same mailbox as those of whoever confirmed this letter: somebody with another mailbox must agree.
conflict-notice-unbacked = Whoever confirmed this letter does not administer its unit any more: it stops.
conflict-proof-no-address = There is no working e-mail address for you here, so no code can be sent. Ask another administrator.
conflict-proof-too-many = Too many codes were asked for. Try again in an hour.
conflict-proof-wait = Too many attempts. Try again in { $minutes } min.

notice-notice-drafted = The draft is kept.
notice-notice-discarded = The draft is thrown away.
notice-notice-tried = A trial letter is on its way to you.
notice-notice-confirmed = Confirmed. It is held for a while before anything goes.
notice-notice-cancelled = Taken back: nothing was sent.
notice-notice-aborted = Ended: what had not gone does not go.
notice-notice-paused = Paused.
notice-notice-resumed = It goes on.
notice-proof-sent = A code is on its way to your e-mail address.
notice-notice-approved = Approved. It is held for a while before anything goes.
notice-notice-sent-back = Sent back; whoever wrote it gets the reason.
notice-notice-waiting = Put up for approval. Those who can agree get a letter.
