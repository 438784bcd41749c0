# API का पेज.
openapi-title = API
openapi-lead = प्रोग्रामों के लिए: हर कॉल, कमांड लाइन से मिले टोकन के साथ।
openapi-body = भेजता है
openapi-answer = पाता है
