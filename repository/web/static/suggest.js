// Completes what is typed into a field that names, in data-suggest, the address that knows the terms.
"use strict";
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting = 0;
  let asked = "";
  const ask = async () => {
    const words = field.value.trim();
    if (words.length < 2 || words === asked) return;
    asked = words;
    const address = new URL(field.dataset.suggest, location.href);
    address.searchParams.set("q", words);
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || words !== asked) return;
    const { terms } = await answer.json();
    list.replaceChildren(...terms.map((term) => Object.assign(document.createElement("option"), { value: term.name })));
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 120);
  });
}
