# Erasing a person: /people/{id}/erasure.
erasure-title = Erase the person
erasure-final = This cannot be undone. Nobody, not even the service, can bring the data back.
erasure-self = This is you. You are signed out at once and cannot come in again.
erasure-goes = What goes
erasure-goes-name = Name, mobile numbers, e-mail addresses, father’s or husband’s name and everything else that says who this is.
erasure-goes-words = What the person wrote, and the name, number or address wherever others wrote it: reasons, notes, letters, the journal. In texts about other things a name stays that is a single word or that somebody else here bears too, as it may mean them. Titles, addresses of venues and letters to many stay as the house wrote them.
erasure-goes-doors = Sign-in, roles, offices, badge, calendar links and phones that remember the person.
erasure-goes-letters = { $count ->
    [0] Nothing waits to be sent to this person, and nothing will be.
    [one] One letter that has not gone. Nothing goes to this person any more, even if the mail server is away now.
   *[other] { $count } letters that have not gone. Nothing goes to this person any more, even if the mail server is away now.
}
erasure-stays = What stays
erasure-stays-marks = Attendance and completion of trainings that are over, without a name, so that the numbers of the reports remain true.
erasure-stays-journal = One entry in the journal: who erased, when and why, without the name.
erasure-stays-outside = What has left the service: letters that arrived, files that somebody downloaded, paper, backups until they are overwritten.
erasure-causes = What happens at once
erasure-causes-nothing = No training that is still on, no session and no office is touched.
erasure-places = { $count ->
    [one] A place is freed in this batch. A seat is offered to the next on the wait-list.
   *[other] Places are freed in these batches. Seats are offered to the next on the wait-lists.
}
erasure-taught = { $count ->
    [one] This session loses its trainer. Name another one after that.
   *[other] These sessions lose their trainer. Name others after that.
}
erasure-posts = { $count ->
    [one] This office becomes vacant:
   *[other] These offices become vacant:
}
erasure-roles = { $count ->
    [one] One role ends.
   *[other] { $count } roles end.
}
erasure-code-title = Confirm that it is you
erasure-code-lead = A code goes to your e-mail address. It works for { $minutes } minutes, only for this person.
erasure-code = Code
erasure-reason = Why
erasure-reason-hint = Kept in the journal. Do not write the name here.
erasure-sure = I have read what goes and what stays, and know that it cannot be undone.
erasure-do = Erase for good
error-erasure-sure = Tick this to go on.
conflict-erasure-last-admin = This is the last administrator of the whole tree. Give somebody else this role first.
notice-erasure-done = The person is erased. Marks and numbers stay without the name.
people-erased = (erased)
post-reason-erased = The person was erased.
