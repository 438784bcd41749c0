# Apologies and make-up sessions: /sessions/{id}/apology, /sessions/{id}/apologies, /sessions/{id}/make-up.
apology-title = Cannot come
apology-how = Tell us before the session starts. When the trainer agrees you are marked “excused” and your chair can go to somebody else.
apology-reason = Reason
apology-ill = Not well
apology-family = Family
apology-work = Work or farming
apology-other = Another reason
apology-words = In your own words
apology-words-hint = Needed for “another reason”.
apology-send = Send
apology-take-back = Take it back
apology-call = Talk to the trainer: { $names }
apology-state-asked = Sent, the trainer has not decided yet
apology-state-approved = Agreed: excused
apology-state-declined = Not agreed
apology-list = Apologies
apology-waiting = { $n ->
    [one] One apology waits for your decision
   *[other] { $n } apologies wait for your decision
}
apology-approve = Agree
apology-decline = Do not agree
apology-none = No apologies for this session.
apology-means = Agreeing marks the person “excused”, and the chair of this one session goes to the first who waits to make up. The seat on the batch stays.
guest-title = Make-up sessions
guest-for = Instead of { $title }, { $when }, you can come to one of these. They teach the same, and your attendance counts.
guest-free = { $n ->
    [one] { $n } place free
   *[other] { $n } places free
}
guest-join = Come to this session
guest-wait = Join the waiting list
guest-leave = Withdraw
guest-place-seat = You are on the list
guest-place-waiting = Waiting
guest-none = No other session of this module is planned in your district yet.

notice-apology-made = Your apology was sent.
notice-apology-taken-back = Your apology was taken back.
notice-guest-seat = You are on the list of that session.
notice-guest-waiting = Your name is added as soon as a place is free.
notice-guest-left = You have withdrawn.

conflict-apology-late = The session has started: no apology can be made here now.
conflict-apology-cancelled = This session is cancelled.
conflict-apology-made = Your apology was sent already.
conflict-apology-decided = This was decided already.

apology-letter-subject-approved = Apology accepted: { $course }, { $when }
apology-letter-subject-declined = Apology not accepted: { $course }, { $when }
apology-letter-subject-seat = A place is free: { $course }, { $when }
apology-letter-approved = Your apology for this session of “{ $batch }” was accepted. You are marked “excused”, and your seat on the batch stays.
apology-letter-declined = Your apology for this session of “{ $batch }” was not accepted. You are expected there.
apology-letter-seat = A place came free for you. You are on the list of this session of “{ $batch }”.
apology-letter-make-up = You can make up for it in another batch: open your page, then “Attendance”.
apology-letter-talk = If you still cannot come, please talk to the trainer.
apology-letter-instead = It teaches what you missed, and your attendance there counts. If you cannot come, withdraw on your page, so that somebody else can have the place.
apology-letter-why = You receive this because you sent an apology for a session of “{ $batch }”.
apology-letter-why-seat = You receive this because you were waiting for a place to make up for a session.
