"use strict";
const review = (() => {
  const body = document.body;
  // A page that is served changes under its reader's hands.
  const rows = () => [...document.querySelectorAll(".row")];
  const findings = () => [...document.querySelectorAll(".finding")];
  const say = document.getElementById("say");
  const key = "nekoyaku-review:" + body.dataset.key;

  // A page from a mail attachment may have no room of its own.
  const store = {
    get() { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } },
    set(state) { try { localStorage.setItem(key, JSON.stringify(state)); } catch { /* it is forgotten, and all else works */ } },
  };
  const kept = store.get();
  const read = new Set(Array.isArray(kept.read) ? kept.read : []);
  let entries = new Map();

  let current = null;
  let speaking;
  const tell = (text) => {
    say.textContent = text;
    clearTimeout(speaking);
    speaking = setTimeout(() => { say.textContent = ""; }, 2500);
  };

  const paint = (row) => {
    const done = read.has(row.dataset.mark);
    row.classList.toggle("done", done);
    row.querySelector(".read").checked = done;
    for (const finding of row.querySelectorAll(".finding")) entries.get(finding.id)?.classList.toggle("done", done);
  };
  const count = () => {
    document.getElementById("done").textContent = document.querySelectorAll(".row.done").length + " / " + rows().length;
  };
  const mark = (row, done) => {
    if (done) read.add(row.dataset.mark); else read.delete(row.dataset.mark);
    refresh();
    store.set({ read: [...read] });
  };
  // After some rows, or all, have become others.
  const refresh = (some = rows()) => {
    some.forEach(paint);
    count();
    const wanted = body.classList.contains("with-images");
    if (wanted) for (const image of document.querySelectorAll("img[data-src]:not([src])")) image.src = image.dataset.src;
  };
  // After the queue has become another one.
  const enter = () => {
    entries = new Map([...document.querySelectorAll(".queue li > a")].map((a) => [a.hash.slice(1), a.parentElement]));
  };
  enter();
  refresh();

  const choose = (row) => {
    current?.classList.remove("current");
    current = row;
    row?.classList.add("current");
  };
  const visit = (element) => {
    if (!element) return;
    const folded = element.closest("details");
    if (folded) folded.open = true;
    choose(element.closest(".row"));
    element.focus({ preventScroll: true });
    (element.offsetHeight < innerHeight / 2 ? element.closest(".row") : element).scrollIntoView({ block: "start" });
  };
  // The one after, or before, what has the focus; from the top where nothing has.
  const beside = (list, step) => {
    const here = document.activeElement.closest?.(".finding, .row") || (current?.isConnected ? current : null);
    const own = list.indexOf(here);
    if (own >= 0) return list[own + step];
    if (!here) return step > 0 ? list[0] : undefined;
    const behind = list.findIndex((one) => here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (step > 0) return list[behind];
    return list[(behind < 0 ? list.length : behind) - 1];
  };
  const row_of_focus = () => document.activeElement.closest?.(".row") || (current?.isConnected ? current : null);

  const copy = async (row) => {
    const reference = row.dataset.reference;
    try {
      await navigator.clipboard.writeText(reference);
      tell(body.dataset.copied + reference);
    } catch {
      tell(body.dataset.uncopied + reference);
    }
  };
  const press = (id, name) => {
    const pressed = body.classList.toggle(name);
    document.getElementById(id).setAttribute("aria-pressed", String(pressed));
    return pressed;
  };
  const raw = () => { press("raw", "as-written"); (row_of_focus() || rows()[0])?.scrollIntoView({ block: "nearest" }); };
  // Nothing is fetched before somebody wants it.
  const images = () => {
    const wanted = press("images", "with-images");
    for (const image of document.querySelectorAll("img[data-src]")) {
      if (wanted) image.src = image.dataset.src; else image.removeAttribute("src");
    }
  };
  const help = () => document.getElementById("keys").showModal();

  const keys = {
    n: () => visit(beside(findings(), 1)),
    p: () => visit(beside(findings(), -1)),
    j: () => visit(beside(rows().filter((row) => !row.closest("details:not([open])")), 1)),
    k: () => visit(beside(rows().filter((row) => !row.closest("details:not([open])")), -1)),
    r: () => { const row = row_of_focus(); if (row) mark(row, !read.has(row.id)); },
    c: () => { const row = row_of_focus(); if (row) copy(row); },
    v: raw,
    i: images,
    "?": help,
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.matches?.("textarea")) return;
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.getElementById("raw").addEventListener("click", raw);
  document.getElementById("images").addEventListener("click", images);
  document.getElementById("help").addEventListener("click", help);
  addEventListener("change", (event) => {
    if (event.target.matches(".read")) mark(event.target.closest(".row"), event.target.checked);
  });
  addEventListener("click", (event) => {
    const row = event.target.closest(".row");
    if (row) choose(row);
    if (event.target.matches(".copy")) copy(row);
    const link = event.target.closest(".queue li > a");
    if (link) { event.preventDefault(); visit(document.getElementById(link.hash.slice(1))); }
  });

  const tip = document.getElementById("tip");
  let told = null;
  const untell = () => {
    if (!told) return;
    told.removeAttribute("aria-describedby");
    tip.hidden = true;
    told = null;
  };
  const show = (term) => {
    if (!term || term === told) return;
    untell();
    // Ours is shown at once and to the keyboard, too; the browser's own would come on top of it.
    if (term.title) { term.dataset.entry = term.title; term.removeAttribute("title"); }
    told = term;
    tip.textContent = term.dataset.entry;
    tip.hidden = false;
    term.setAttribute("aria-describedby", "tip");
    place();
  };
  const place = () => {
    const box = told.getBoundingClientRect();
    tip.style.left = Math.max(16, Math.min(box.left, innerWidth - tip.offsetWidth - 16)) + "px";
    tip.style.top = (box.bottom + tip.offsetHeight + 12 < innerHeight ? box.bottom + 6 : box.top - tip.offsetHeight - 6) + "px";
  };
  const term = (event) => event.target.closest?.(".term");
  addEventListener("mouseover", (event) => { if (term(event)) show(term(event)); else untell(); });
  addEventListener("focusin", (event) => { if (term(event)) show(term(event)); else untell(); });
  // What gets the focus is scrolled to, and is still what is told of.
  addEventListener("scroll", () => { if (told && told === document.activeElement) place(); else untell(); }, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") untell(); });
  return { keys, refresh, enter, choose, visit, tell, row_of_focus };
})();
