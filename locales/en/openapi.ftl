# The API's own page.
openapi-title = API
openapi-lead = For programs: every call, with a token from the command line.
openapi-body = Sends
openapi-answer = Gets
