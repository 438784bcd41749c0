# Badges: /me/badge, /people/{id}/badge, /batches/{id}/badges, /sessions/{id}/scanner.
badge-title = Badge
badge-qr = QR code of the badge of { $name }
badge-how = Show this code to the trainer at the session. Turn the brightness up and it is read faster.
badge-keep = Keep the picture on this phone
badge-offline = Once opened, this page shows the badge on this phone without a network too. The picture can be kept as well.
badge-not-on-phone = This badge is not on this phone yet. Open this page once with a network.
badge-lost = Lost the badge?
badge-lost-means = The old badge and its printed card stop at once, and a new badge is made.
badge-reason = Reason
badge-renew = Stop the old one, make a new one
badge-cards = Badge cards
badge-cards-note = { $n ->
    [one] { $n } card
   *[other] { $n } cards
}, 8 on a sheet of A4. Print, then cut along the lines.
scanner-title = Scan badges
scanner-start = Start the camera
scanner-stop = Stop the camera
scanner-torch = Torch
scanner-video = Picture of the camera
scanner-loading = Fetching the names
scanner-ready = { $n } names on this phone
scanner-no-names = The names could not be fetched. Open the page again with a network; until then mark from the list.
scanner-refused = The camera was not allowed. Allow it for this site in the browser's settings, or type the badge number below.
scanner-no-camera = This browser cannot use the camera. Type the badge number below.
scanner-again = scanned already
scanner-hall-code = This is the hall's code, not a badge. People scan it with the camera of their own phones.
scanner-last = The last 5
scanner-typed = Badge number
scanner-typed-hint = The 8 digits below the QR code
scanner-mark = Mark present

notice-badge-renewed = A new badge is made. The old one is no longer valid.
notice-badge-marked = Marked present.

error-badge-not-listed = The badge is good, but the name is not on the list of this session.
error-badge-revoked = This badge is revoked. Ask for the new one.
error-badge-unknown = This is not one of our badges.
