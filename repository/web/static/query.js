// The query page: an editor in place of the field, and buttons that copy. Without this file nothing is missing but comfort.
"use strict";

(() => {
  const form = document.querySelector("form.ask");
  const field = document.getElementById("query");
  if (!form || !field) return;
  const words = JSON.parse(form.dataset.words);

  for (const shown of document.querySelectorAll(".snippet pre")) {
    if (!navigator.clipboard) break;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(shown.textContent);
      button.textContent = words.copied;
    });
    shown.before(button);
  }

  if (typeof Yasqe === "undefined") return;

  const known = fetch(form.dataset.completions).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);

  /** Prefixed names of the data's own terms, those with a name for people first. */
  async function offered(beginning) {
    const told = await known;
    if (!told) return [];
    const short = (iri) => {
      for (const [prefix, start] of Object.entries(told.prefixes)) {
        if (iri.startsWith(start) && /^[\w-]+$/.test(iri.slice(start.length))) return `${prefix}:${iri.slice(start.length)}`;
      }
      return `<${iri}>`;
    };
    const names = [...Object.keys(told.names), ...told.properties.map(short), ...told.classes.map(short)];
    const wanted = beginning.toLowerCase();
    return [...new Set(names)]
      .filter((name) => name.toLowerCase().includes(wanted) || (told.names[name] || "").toLowerCase().includes(wanted))
      .map((name) => ({ text: name, displayText: told.names[name] ? `${name} – ${told.names[name]}` : name }));
  }

  /** Declares a prefix of the catalogue that the query uses and does not declare. */
  async function declare(editor) {
    const told = await known;
    if (!told) return;
    const text = editor.getValue();
    const declared = new Set([...text.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((found) => found[1]));
    const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^>]*>|#.*/g, " ");
    const used = new Set([...bare.matchAll(/(?:^|[^\w:-])([a-z][\w-]*):/gi)].map((found) => found[1]));
    const missing = [...used].filter((prefix) => !declared.has(prefix) && told.prefixes[prefix]);
    if (missing.length) editor.addPrefixes(Object.fromEntries(missing.map((prefix) => [prefix, told.prefixes[prefix]])));
  }

  Yasqe.defaults.autocompleters = [];
  const place = document.createElement("div");
  place.className = "editor";
  field.before(place);
  const editor = new Yasqe(place, {
    value: field.value,
    autocompleters: [],
    persistenceId: null,
    createShareableLink: null,
    createShortLink: null,
    showQueryButton: false,
    resizeable: true,
    editorHeight: "20rem",
    lineWrapping: true,
  });
  field.hidden = true;
  field.removeAttribute("required");
  const label = document.querySelector("label[for=query]");
  editor.getInputField().setAttribute("aria-label", label ? label.textContent : "SPARQL");
  label?.addEventListener("click", () => editor.focus());

  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    "Ctrl-Enter": () => form.requestSubmit(),
    "Cmd-Enter": () => form.requestSubmit(),
    "Ctrl-Space": complete,
    // The Tab key moves on, as it does everywhere else, so that nobody is caught in the editor.
    Tab: false,
    "Shift-Tab": false,
  });

  function complete() {
    const cursor = editor.getCursor();
    const before = editor.getLine(cursor.line).slice(0, cursor.ch);
    const beginning = /[\w:<./#-]*$/.exec(before)[0];
    const from = { line: cursor.line, ch: cursor.ch - beginning.length };
    offered(beginning).then((list) => {
      if (list.length) editor.showHint({ completeSingle: false, hint: () => ({ list, from, to: cursor }) });
    });
  }

  form.addEventListener("submit", () => {
    field.value = editor.getValue();
  });
  editor.on("blur", () => declare(editor));
})();
