// Reads a QR code in one picture of the camera, off the page's thread.
"use strict";
importScripts("/static/jsqr.js");
onmessage = ({ data: { data, width, height } }) => {
  postMessage(jsQR(data, width, height, { inversionAttempts: "dontInvert" })?.data ?? null);
};
