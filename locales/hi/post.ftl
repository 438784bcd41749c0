# पत्रों की सूची: /letters.
post-title = पत्र
post-lead = कौन-सा पत्र कब जाना है, किसे मिला, और क्या नहीं पहुँचा। जिनका ईमेल नहीं है, उन्हें फोन करें।
post-all = सभी
post-everybody = सभी के पत्र
post-person = सदस्य
post-kind = पत्र
post-about = किस बारे में
post-when = कब
post-state = स्थिति
post-attempts = कोशिशें
post-reason = कारण
post-batch = बैच
post-session = सत्र
post-due = भेजने का तय समय
post-useless-after = इसके बाद नहीं भेजेंगे
post-next-try = अगली कोशिश
post-sent = भेजा
post-address = ईमेल पता
post-message-id = Message-ID
post-text = पत्र
post-text-none = यह पत्र अभी लिखा नहीं है। भेजते समय लिखा जाएगा।
post-text-secret = लॉगिन कोड का पत्र किसी और को नहीं दिखता।
post-none = ऐसा कोई पत्र नहीं है। सत्र प्रकाशित होने और नामांकन होने पर पत्र यहाँ दिखेंगे।
post-cancel = यह पत्र न भेजें

post-state-planned = भेजना बाकी
post-state-leased = भेज रहे हैं
post-state-sent = भेज दिया
post-state-failed = नहीं पहुँचा
post-state-uncertain = पक्का नहीं
post-state-missed = छूट गए
post-state-cancelled = रोके हुए

post-kind-sign_in = लॉगिन कोड
post-kind-confirmation = सीट की पुष्टि
post-kind-waiting = प्रतीक्षा सूची
post-kind-invitation = आमंत्रण
post-kind-reminder = रिमाइंडर
post-kind-change = बदलाव
post-kind-cancellation = सत्र रद्द
post-kind-withdrawal = नामांकन समाप्त
post-kind-absence = छूटे सत्र की सूचना
post-kind-completion = कोर्स पूरा
post-kind-roster = प्रशिक्षक सूची
post-kind-overdue = हाजिरी बाकी

post-rule-three_days = 3 दिन पहले
post-rule-one_day = 1 दिन पहले
post-rule-same_day = उसी दिन
post-rule-roster = पिछली शाम
post-rule-absence = अगले दिन
post-rule-completion = पूरा होते ही
post-rule-overdue_1 = 1 दिन बाद
post-rule-overdue_3 = 3 दिन बाद

post-reason-no-address = ईमेल पता नहीं है
post-reason-useless = समय निकल चुका था
post-reason-by-hand = व्यवस्थापक ने रोका
post-reason-not-wanted = अब जरूरी नहीं
post-reason-broken-off = भेजते समय सेवा रुक गई, शायद पहुँचा हो

notice-letter-planned = पत्र दोबारा भेज रहे हैं।
notice-letter-cancelled = यह पत्र नहीं भेजा जाएगा।
conflict-letter-state = इस पत्र की स्थिति बदल चुकी है, इसलिए यह अब संभव नहीं।
conflict-letter-too-late = इस पत्र का समय निकल चुका है, इसलिए इसे दोबारा भेजना संभव नहीं।
