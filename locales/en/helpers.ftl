# Helpers: /sessions/{id}/helpers, /helper, /helper/{token}.
helper-list = Helpers
helper-what = A helper can take the roll of this one session and nothing else. Link and PIN end when the roll call is finished. You answer for what they mark.
helper-name = Name of the helper
helper-invite = Make a link and a PIN
helper-link = Link
helper-pin = 6-digit PIN
helper-pin-at = This PIN, once, at { $address }:
helper-pin-used = The PIN was used
helper-qr = QR code of the link of { $name }
helper-opened = Opened: { $when }
helper-end = End it
helper-title = Help with the roll call
helper-for = { $name }, your help is wanted with the roll call of this session. This link opens nothing else.
helper-open = Open the roll call
helper-gone = This link no longer works. Ask the trainer for a new link or PIN.
helper-pin-title = Helper's PIN
helper-pin-how = Enter the 6 digits that the trainer told you.

error-wrong-pin = This PIN is wrong or was used. Ask the trainer.

conflict-helper-closed = The roll call of this session is finished: no more helpers.

notice-helper-ended = This helper’s pass has ended. Ask the trainer for a new link or PIN.
