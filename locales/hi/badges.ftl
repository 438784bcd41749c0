# बैज: /me/badge, /people/{id}/badge, /batches/{id}/badges, /sessions/{id}/scanner.
badge-title = बैज
badge-qr = { $name } के बैज का QR कोड
badge-how = सत्र में यह कोड प्रशिक्षक को दिखाएँ। स्क्रीन की चमक बढ़ा लें, कोड जल्दी पढ़ा जाएगा।
badge-keep = चित्र फोन में रखें
badge-offline = एक बार खुलने के बाद यह पेज इस फोन पर बिना नेटवर्क के भी बैज दिखाता है। चित्र भी फोन में रख सकते हैं।
badge-not-on-phone = बैज अभी इस फोन में नहीं है। नेटवर्क मिलने पर यह पेज एक बार खोलें।
badge-lost = बैज खो गया?
badge-lost-means = पुराना बैज और उसका छपा कार्ड तुरंत बंद हो जाएगा और नया बैज बनेगा।
badge-reason = कारण
badge-renew = पुराना बंद करें, नया बनाएँ
badge-cards = बैज कार्ड
badge-cards-note = { $n } कार्ड, A4 के एक पन्ने पर 8। छापकर रेखाओं पर काटें।
scanner-title = बैज स्कैन करें
scanner-start = कैमरा चालू करें
scanner-stop = कैमरा बंद करें
scanner-torch = टॉर्च
scanner-video = कैमरे का चित्र
scanner-loading = नाम लाए जा रहे हैं
scanner-ready = { $n } नाम फोन में हैं
scanner-no-names = नाम नहीं आ सके। नेटवर्क मिलने पर पेज फिर खोलें; तब तक हाजिरी सूची से लें।
scanner-refused = कैमरे की अनुमति नहीं मिली। ब्राउजर की सेटिंग में इस साइट के लिए कैमरा चालू करें, या नीचे बैज का नंबर लिखें।
scanner-no-camera = यह ब्राउजर कैमरा नहीं चला सकता। नीचे बैज का नंबर लिखें।
scanner-again = पहले ही स्कैन हो चुका है
scanner-hall-code = यह हॉल का कोड है, बैज नहीं। इसे प्रतिभागी अपने फोन के कैमरे से स्कैन करें।
scanner-last = अंतिम 5
scanner-typed = बैज का नंबर
scanner-typed-hint = QR कोड के नीचे लिखे 8 अंक
scanner-mark = उपस्थित दर्ज करें

notice-badge-renewed = नया बैज तैयार है। पुराना अब मान्य नहीं।
notice-badge-marked = उपस्थित दर्ज हुआ।

error-badge-not-listed = बैज सही है, पर नाम इस सत्र की सूची में नहीं है।
error-badge-revoked = यह बैज निरस्त है। नया बैज दिखाने को कहें।
error-badge-unknown = यह हमारा बैज नहीं है।
