# सदस्यों के पेज: /people, /people/{id}, उनके फॉर्म।
people-title = सदस्य
people-all = सभी सदस्य
people-all-units = सभी इकाइयों के सदस्य देखें
people-search = नाम (हिन्दी या अंग्रेजी) या मोबाइल नंबर से खोजें
people-new = सदस्य जोड़ें
people-edit = सदस्य की जानकारी बदलें
people-none = यहाँ अभी कोई सदस्य नहीं।
people-none-found = इस नाम या नंबर का कोई सदस्य नहीं मिला।
people-name = नाम
people-name-hint = जैसा व्यक्ति खुद लिखता है। पूरा नाम एक साथ।
people-name-other = दूसरी लिपि में नाम
people-relation = पिता या पति का नाम
people-relation-hint = एक जैसे नाम वालों को पहचानने के लिए।
people-unit = इकाई
people-unit-code = इकाई का कोड
people-unit-hint = कोड इकाइयों की सूची में मिलेगा।
people-constituency = विधानसभा क्षेत्र
people-constituency-code = विधानसभा क्षेत्र का कोड
people-phone = मोबाइल
people-phones = मोबाइल नंबर
people-phones-hint = एक से ज्यादा हों तो बीच में अल्पविराम लगाएँ।
people-emails = ईमेल
people-emails-hint = एक से ज्यादा हों तो बीच में अल्पविराम लगाएँ।
people-previous-party = पिछला दल
people-joined-on = शामिल होने का दिनांक
people-admitted-by = किसने शामिल किया
people-language = भाषा
people-language-hint = पत्र इसी भाषा में जाएँगे। पता न हो तो दोनों में।
people-language-hi = हिन्दी
people-language-en = अंग्रेजी
people-gender = लिंग
people-gender-female = महिला
people-gender-male = पुरुष
people-gender-other = अन्य
people-not-said = नहीं बताया
people-reference = सूची का क्रमांक
people-enrolments = नामांकन
people-no-enrolments = अभी किसी बैच में नामांकन नहीं।
people-batch = बैच
people-course = कोर्स
people-place = जगह
people-place-seat = नामांकित
people-place-waiting = प्रतीक्षा सूची में
people-place-offered = सीट की पुष्टि बाकी
people-place-requested = निर्णय बाकी
people-place-held = जाँच के लिए रुका
people-place-withdrawn = नाम वापस
people-standing = प्रगति
people-standing-complete = पूरा
people-standing-in-progress = जारी
people-standing-not-started = शुरू नहीं
people-until = { $day } तक
people-act-created = सदस्य जोड़ा गया
people-act-changed = जानकारी में बदलाव
people-act-signed-in = लॉगिन
people-act-role-given = भूमिका दी गई
people-act-role-ended = भूमिका समाप्त
people-act-token = API टोकन बना

## गलतियाँ
error-not-unicode = यह नाम यूनिकोड हिन्दी में नहीं है (शायद कृतिदेव में है)। यूनिकोड में बदलकर लिखें।
error-too-many = ज्यादा से ज्यादा { $most } लिखें।
error-unit-unknown = यह इकाई नहीं मिली। इकाइयों की सूची से कोड देखकर लिखें।
error-unit-electoral = सदस्य की इकाई चुनाव क्षेत्र नहीं हो सकती। ब्लॉक, वार्ड या बूथ का कोड लिखें।
people-address-blocked = { $address } से पत्र लौट आते हैं: वहाँ अब कुछ नहीं भेजा जाएगा
people-address-returns = { $address } से एक पत्र लौट आया
people-address-said = { $count ->
    [0] अभी पक्का नहीं; पिछली बार { $last } को। मेल सर्वर का उत्तर: { $said }
    [one] एक बार लौटा, { $last } को। मेल सर्वर का उत्तर: { $said }
   *[other] { $count } बार लौटा, पिछली बार { $last } को। मेल सर्वर का उत्तर: { $said }
}
people-address-do = चालू ईमेल पता पूछें और तब तक फोन से बताएँ।
people-address-again = यह पता फिर काम करता है
people-consents = सहमति
people-no-consents = सहमति दर्ज नहीं है। सीट देते समय दर्ज करें, या सदस्य अपने पृष्ठ पर सहमति दे सकते हैं।
people-consent-notice = सूचना { $notice }
people-consent-by = दर्ज करने वाले: { $name }
