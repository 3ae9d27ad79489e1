// The A to Z, narrowed to the entries that hold the words asked for. Without this file the whole list stands.
(function () {
  "use strict";
  const box = document.querySelector('form[role="search"] input');
  const told = document.querySelector("main output");
  if (!box || !told) return;

  // "É" is found by "e", and capitals by small letters.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll("main li")]
    .filter((item) => !item.closest("nav"))
    .map((item) => ({ item, text: plain(item.textContent) }));
  const parts = [...document.querySelectorAll("main details")];

  function show() {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { item, text } of entries) {
      item.hidden = !words.every((word) => text.includes(word));
      found += item.hidden ? 0 : 1;
    }
    for (const part of parts) {
      part.hidden = !part.querySelector("li:not([hidden])");
      part.open = words.length > 0 && !part.hidden;
    }
    const sentence = told.dataset.words.replace("{found}", found).replace("{all}", entries.length);
    told.textContent = words.length > 0 ? sentence : "";
  }

  box.value = new URLSearchParams(window.location.search).get("q") || "";
  box.addEventListener("input", show);
  show();
})();
