# हॉल का QR कोड: /check-in/{code}, /check-in, /sessions/{id}/check-in.
check-in-title = उपस्थिति दर्ज करें
check-in-do = उपस्थिति दर्ज करें
check-in-done = उपस्थिति दर्ज हुई
check-in-opens = { $when } से दर्ज करें।
check-in-who = आपका नाम
check-in-remember = यह फोन याद रखे कि मैं कौन हूँ (केवल उपस्थिति के लिए, 180 दिन)
check-in-digits = आपके मोबाइल नंबर के अंतिम 4 अंक
check-in-digits-hint = जैसे 98765 43210 के लिए 3210। फिर अपना नाम चुनें।
check-in-find = नाम देखें
check-in-by-mail = नंबर दर्ज नहीं है? ईमेल पर लॉगिन कोड मँगाएँ
check-in-other = यह मैं नहीं हूँ, दूसरा नाम चुनें
check-in-forget = यह फोन मुझे भूल जाए
check-in-not-listed = { $name } का नाम इस सत्र की सूची में नहीं है। प्रशिक्षक से कहें, वे नाम जोड़ सकते हैं।
check-in-kept = नेटवर्क नहीं है। उपस्थिति इस फोन में सुरक्षित है, नेटवर्क आने पर अपने आप भेजी जाएगी। यह पेज खुला रखें या बाद में फिर खोलें।
check-in-how = हॉल में दिख रहे QR कोड को फोन के कैमरे से स्कैन करें। कैमरा न चले तो कोड के नीचे लिखे 6 अंक यहाँ लिखें।
check-in-typed = हॉल का 6 अंकों का कोड
check-in-typed-hint = कोड हर 30 सेकंड में बदलता है।
check-in-hall = हॉल का QR कोड
check-in-hall-how = फोन के कैमरे से स्कैन करें
check-in-hall-typed = या कोड लिखें:
check-in-hall-offline = नेटवर्क नहीं है। कोड चलता रहेगा; जिनके फोन में नेटवर्क नहीं है, उनकी हाजिरी सूची से लें।
check-in-hall-note = कोड हर 30 सेकंड में बदलता है और केवल हॉल में आए लोगों के काम का है। वीडियो कॉल पर कोड दिखाया जा सकता है, इसलिए हॉल में बैठे लोगों को गिनकर मिला लें।
check-in-hall-shut = कोड सत्र शुरू होने से 30 मिनट पहले से सत्र समाप्त होने तक दिखता है।
check-in-qr = उपस्थिति का QR कोड
check-in-arrived = आ चुके हैं
check-in-full = पूरी स्क्रीन
check-in-doubts = { $n } नाम देख लें
check-in-doubts-new = नए नाम देखने हैं: सूची खोलें
check-in-doubt-device = इसी फोन से पहले { $name } की उपस्थिति दर्ज हुई।
check-in-doubt-device-unknown = इसी फोन से पहले किसी और की उपस्थिति दर्ज हुई।
check-in-doubt-later = बिना नेटवर्क के दर्ज, बाद में भेजा गया।
check-in-is-here = हॉल में हैं
check-in-not-here = हॉल में नहीं हैं

notice-phone-forgotten = अब यह फोन किसी को याद नहीं रखता।

error-four-digits = 4 अंक लिखें।
error-six-digits = 6 अंक लिखें।
error-phone-end = इन अंकों वाला कोई नाम इस सूची में नहीं है। अंक जाँचें या प्रशिक्षक से कहें।
error-hall-code = यह कोड अभी आपके किसी सत्र का नहीं है। स्क्रीन पर जो कोड अभी दिख रहा है, वह लिखें।

conflict-check-in-early = उपस्थिति दर्ज करना अभी नहीं खुला है।
conflict-check-in-over = यह सत्र पूरा हो चुका है। उपस्थिति छूट गई हो तो प्रशिक्षक से कहें।
conflict-check-in-cancelled = यह सत्र रद्द है।
conflict-check-in-stale = यह कोड पुराना है। हॉल की स्क्रीन पर अभी दिख रहा कोड स्कैन करें।
conflict-check-in-not-listed = इस सत्र की सूची में नाम नहीं है। प्रशिक्षक से कहें, वे नाम जोड़ सकते हैं।
conflict-check-in-unknown-phone = यह फोन पहले से पहचाना नहीं गया था, इसलिए बाद में भेजी गई उपस्थिति नहीं ली जा सकती। प्रशिक्षक से कहें।
