"""The checks themselves, checked: a reader that sees no fault would prove nothing."""

import unittest
from email.message import EmailMessage
from email.policy import SMTP

from ical_check import parsed
from mail_check import letter

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Prashikshan//checks//EN
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Asia/Kolkata
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0530
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:session-1@prashikshan.example
SEQUENCE:2
DTSTAMP:20261122T000000Z
DTSTART;TZID=Asia/Kolkata:20261129T103000
DTEND;TZID=Asia/Kolkata:20261129T123000
SUMMARY:संगठन का परिचय
LOCATION:सामुदायिक भवन\\, सीहोर
ATTENDEE:mailto:asha@example.org
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


class Calendars(unittest.TestCase):
    def test_an_event_is_read_whole(self):
        found = parsed(CALENDAR.encode())
        event = found["events"][0]
        self.assertEqual((found["method"], found["has_vtimezone"]), ("REQUEST", True))
        self.assertEqual((event["uid"], event["sequence"]), ("session-1@prashikshan.example", 2))
        self.assertEqual(event["dtstart"], "2026-11-29T05:00:00Z")
        self.assertEqual(event["dtend"], "2026-11-29T07:00:00Z")
        self.assertEqual(event["location"], "सामुदायिक भवन, सीहोर")
        self.assertEqual(event["attendees"], ["mailto:asha@example.org"])
        self.assertEqual((found["errors"], found["lines"]["crlf"]), ([], True))

    def test_faults_are_seen(self):
        bare = parsed(CALENDAR.replace("\r\n", "\n").encode())
        self.assertFalse(bare["lines"]["crlf"])
        broken = parsed(CALENDAR.replace("20261122T000000Z", "today").encode())
        self.assertTrue(broken["errors"])
        for good, bad in [("20261129T103000", "tomorrow"), ("END:VEVENT", "")]:
            with self.assertRaises(ValueError):
                parsed(CALENDAR.replace(good, bad).encode())


class Letters(unittest.TestCase):
    def test_a_letter_is_read_whole(self):
        message = EmailMessage(policy=SMTP)
        message.set_content("नमस्ते\nअंत\n")
        message.add_alternative("<p>नमस्ते</p>", subtype="html")
        message.add_alternative(CALENDAR, subtype="calendar", params={"method": "REQUEST"})
        message.add_attachment(
            CALENDAR.encode(), maintype="text", subtype="calendar", filename="satra.ics"
        )
        message["Subject"] = "आमंत्रण: रवि, 29 नवंबर, सुबह 10:30 – संगठन का परिचय"
        message["To"] = "asha@example.org"
        message["Message-ID"] = "<one@prashikshan.example>"
        message["Content-Language"] = "hi"
        envelope = b"X-Mail-Args: <t@example.org>\r\nX-Rcpt-Args: <asha@example.org>\r\n"
        found = letter(envelope + message.as_bytes())
        self.assertEqual(found["subject"], "आमंत्रण: रवि, 29 नवंबर, सुबह 10:30 – संगठन का परिचय")
        self.assertEqual((found["to"], found["language"]), ("asha@example.org", "hi"))
        self.assertEqual(found["message_id"], "<one@prashikshan.example>")
        self.assertEqual(found["text"], "नमस्ते\nअंत\n")
        kinds = ["text/plain", "text/html", "text/calendar", "text/calendar"]
        self.assertEqual(found["parts"], kinds)
        self.assertEqual(found["ics"]["content_type_method"], "REQUEST")
        self.assertEqual(found["ics"]["events"], found["attached_ics"]["events"])
        self.assertEqual(found["envelope"], {"from": ["t@example.org"], "to": ["asha@example.org"]})
        self.assertEqual(found["defects"], [])


if __name__ == "__main__":
    unittest.main()
