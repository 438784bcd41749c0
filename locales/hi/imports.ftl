# फाइल से जोड़ना: /imports और कमांड लाइन की रिपोर्ट।
imports-lead = Excel से तालिका कॉपी करके यहाँ चिपकाएँ। पहले देख लें, फिर जोड़ें।
imports-kind = तालिका में क्या है
imports-table = तालिका
imports-table-hint = पहली पंक्ति में कॉलमों के नाम हों। एक बार में 256 KB तक।
imports-look = पहले देख लें
imports-columns-title = कॉलमों के नाम
imports-columns-people = सदस्य: नाम, पिता/पति का नाम, इकाई कोड (या ब्लॉक), मोबाइल, ईमेल, पिछला दल, शामिल होने का दिनांक, किसने शामिल किया, भाषा, लिंग, विधानसभा कोड, सदस्यता क्रमांक।
imports-columns-units = इकाइयाँ: कोड, नाम (हिन्दी), नाम (अंग्रेजी), स्तर, ऊपर की इकाई का कोड, विधानसभा कोड, जनगणना कोड, जनसंख्या, प्रभारी, प्रभारी का मोबाइल।
imports-cli = बड़ी फाइल के लिए: prashikshan people import FILE.csv
imports-look-title = { $rows } पंक्तियाँ: यह होगा
imports-result-title = तालिका जुड़ गई
imports-created = नए
imports-updated = बदले
imports-unchanged = पहले से वैसे ही
imports-refused = नहीं जुड़े
imports-errors = इन पंक्तियों में गलती है, ये नहीं जुड़ेंगी
imports-notes = ध्यान दें
imports-row = पंक्ति
imports-column = कॉलम
imports-value = लिखा है
imports-reason = कारण
imports-more = और { $count } गलतियाँ हैं। पूरी सूची फाइल में है।
imports-refused-file = गलती वाली पंक्तियाँ डाउनलोड करें
imports-sample = तालिका की पहली पंक्तियाँ
imports-confirm = { $count } पंक्तियाँ जोड़ें
imports-nothing = जोड़ने या बदलने के लिए कुछ नहीं है।
imports-another = एक और तालिका जोड़ें
imports-dry-run = केवल जाँच हुई, कुछ सहेजा नहीं।
imports-summary = नए { $created }, बदले { $updated }, पहले से वैसे ही { $unchanged }, नहीं जुड़े { $refused }, छोड़े गए { $left }
imports-column-line = { $field }: कॉलम { $header }

## पंक्तियों की गलतियाँ
error-row-too-long = पंक्ति में कॉलमों से ज्यादा खाने हैं।
error-repeated = यह पंक्ति { $row } में पहले से है।
error-outside = यह आपकी इकाइयों से बाहर है।
error-phone-excel = Excel ने इस नंबर के अंक बदल दिए हैं। कॉलम को Text बनाकर नंबर फिर से लिखें।
error-gender = महिला, पुरुष या अन्य लिखें।
error-unit-unknown-near = यह इकाई नहीं मिली। सबसे मिलता-जुलता: { $near }।
error-field-unknown = { $name } नाम की कोई जानकारी नहीं। सबसे मिलता-जुलता: { $near }।
error-header-unknown = { $name } नाम का कोई कॉलम फाइल में नहीं। सबसे मिलता-जुलता: { $near }।

## ध्यान देने की बातें
note-cells-cleaned = कॉलम { $column }: { $count } खानों से फालतू खाली जगह या छिपे चिह्न हटाए।
note-headers-cleaned = { $count } कॉलमों के नाम साफ किए।
note-header-twice = कॉलम { $column } फाइल में दो बार है। पहला लिया; दूसरे के लिए { $column }#2 लिखें।
note-blank-lines = { $count } खाली पंक्तियाँ छोड़ीं।
note-short-rows = { $count } पंक्तियों में कम खाने थे; बाकी खाली माने।
note-empty-cells = कॉलम { $column }: { $count } खाने खाली हैं।
note-name-differs = फाइल में ऊपर की इकाई का नाम { $said } है, हमारे यहाँ { $kept } ({ $code })।
note-same-name = { $name } नाम एक ही जगह दो बार है ({ $first }, { $second })।
note-roots = { $count } इकाइयाँ सबसे ऊपर जुड़ीं, उनके ऊपर कोई इकाई नहीं।
note-levels-made = कोई स्तर नहीं था, इसलिए प्रचलित स्तर बनाए।
note-namesakes = { $count } नए सदस्यों का नाम, इकाई और नंबर किसी पुराने सदस्य जैसा है।
