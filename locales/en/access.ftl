# Signing in: /sign-in, /sign-in/code, /l/{token}.
access-sign-in-title = Sign in
access-sign-in-lead = Enter your e-mail address. A code comes by e-mail; no password is needed.
access-email = E-mail
access-send-code = Send the code
access-no-email = No e-mail? Ask your in-charge for a sign-in link.
access-code-title = Enter the sign-in code
access-code-lead = If { $email } is registered with us, a code of 6 digits has been sent to it.
access-code = Sign-in code
access-code-hint = 6 digits from the e-mail
access-code-wait = { $minutes ->
    [one] Too many attempts. Please try again after { $minutes } minute.
   *[other] Too many attempts. Please try again after { $minutes } minutes.
}
access-code-missing-title = No e-mail came?
access-code-missing = Look in the spam folder and wait a minute. If it still does not come, ask your in-charge.
access-send-again = Send the code again
access-other-email = Use another e-mail
access-link-title = Your training
access-link-greeting = Namaste, { $name }
access-next-session = Next session
access-map = See on the map
access-no-session = No session is fixed yet. An e-mail comes as soon as one is.
access-link-not-you = Not your name? Then this link belongs to somebody else: do not sign in here.
access-gone-title = This link no longer works
access-gone-lead = Its time is over, or it has been used already. Get a new code by e-mail.
access-gone-action = Get a new code

## Roles
access-grants-title = Roles
access-grants-lead = Who may do what
access-grants-none = Nobody has a role here yet.
access-grants-give = Give a role
access-grants-email = E-mail of the person
access-grants-role = Role
access-grants-unit = Unit code
access-grants-until = Until (optional)
access-grants-end = End
access-grants-person = Person
access-grants-unit-name = Unit
access-grants-until-column = Until
access-grants-no-end = Without end
access-grants-hint = A role counts for the unit and everything below it. The person must be in the list of people already.
