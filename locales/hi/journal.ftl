# बदलावों का विवरण.
journal-title = बदलावों का विवरण
journal-lead = किसने, क्या, कब किया। प्रविष्टियाँ केवल जुड़ती हैं; हर प्रविष्टि पर पिछली की मुहर होती है। जिसे मिटाया गया, उसका नाम ही हटता है, और यह भी लिखा जाता है।
journal-all = सब दिखाएँ
journal-position = क्रमांक
journal-when = कब
journal-who = किसने
journal-what = क्या
journal-where = इकाई
journal-service = सेवा
journal-detail = विवरण
journal-none = यहाँ अभी कुछ नहीं हुआ है।
journal-mended = { $count ->
    [one] मिटाने पर एक प्रविष्टि से शब्द हटाए गए:
   *[other] मिटाने पर { $count } प्रविष्टियों से शब्द हटाए गए:
}
journal-mender = क्रमांक { $entry } ({ $count })
