# सहायक: /sessions/{id}/helpers, /helper, /helper/{token}.
helper-list = सहायक
helper-what = सहायक केवल इस एक सत्र की हाजिरी ले सकते हैं, और कुछ नहीं। हाजिरी पूरी होते ही लिंक और PIN बंद हो जाते हैं। उनकी दर्ज की गई हाजिरी की जिम्मेदारी आपकी है।
helper-name = सहायक का नाम
helper-invite = लिंक और PIN बनाएँ
helper-link = लिंक
helper-pin = 6 अंकों का PIN
helper-pin-at = { $address } पर यह PIN, एक बार:
helper-pin-used = PIN काम में आ चुका है
helper-qr = { $name } के लिंक का QR कोड
helper-opened = खोला गया: { $when }
helper-end = बंद करें
helper-title = हाजिरी में सहायता
helper-for = { $name } जी, इस सत्र की हाजिरी लेने में आपकी सहायता चाहिए। यह लिंक और कुछ नहीं खोलता।
helper-open = हाजिरी खोलें
helper-gone = यह लिंक अब काम नहीं करता। प्रशिक्षक से नया लिंक या PIN लें।
helper-pin-title = सहायक का PIN
helper-pin-how = प्रशिक्षक ने जो 6 अंक बताए हैं, वे लिखें।

error-wrong-pin = यह PIN सही नहीं है या काम में आ चुका है। प्रशिक्षक से पूछें।

conflict-helper-closed = इस सत्र की हाजिरी पूरी हो चुकी है, अब सहायक नहीं जुड़ सकते।

notice-helper-ended = सहायक की अनुमति समाप्त हो चुकी है। प्रशिक्षक से नया लिंक या PIN लें।
