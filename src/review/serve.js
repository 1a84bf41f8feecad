"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const section = document.querySelector(".document");
  const heads = section.querySelector(".heads");
  const queue = document.querySelector(".queue");
  const save_button = element("save");
  const root = "/" + location.pathname.split("/")[1] + "/";

  // The edition as the file had it, as it is on this page, and how it was before each change.
  let base = "";
  let text = "";
  let version = null;
  // Whether the file is to be read anew.
  let is_old = true;
  // For which text the blocks are what they are.
  let seen_text = null;
  let past = [];
  let blocks = new Map();
  let editor = null;

  const only = (id) => { for (const one of ["lost", "renewed", "failed"]) element(one).hidden = one !== id; };
  // What the server says; nothing where it says nothing, or will not.
  const ask = async (what, message) => {
    let response;
    try {
      response = await fetch(root + what, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(message), cache: "no-store" });
    } catch {
      only("lost");
      return null;
    }
    if (response.status === 403) { only("renewed"); return null; }
    const answer = await response.json().catch(() => null);
    if (response.ok || response.status === 409) { only(""); return answer; }
    element("failed").querySelector("p").textContent = answer?.error || response.statusText;
    only("failed");
    return null;
  };

  const made = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };
  const shown = new Map();
  let queued = null;

  // What stays is not touched, so that what has the focus keeps it.
  const put = (wanted) => {
    const stay = new Set(wanted);
    for (const one of [...heads.parentElement.children]) {
      if (!stay.has(one) && heads.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) one.remove();
    }
    let next = heads.nextElementSibling;
    for (const one of wanted) {
      if (one === editor?.row) while (next && next !== one) { const after = next.nextElementSibling; next.remove(); next = after; }
      if (one === next) next = next.nextElementSibling; else section.insertBefore(one, next);
    }
  };
  // The row that is written in becomes another one, around the editor.
  const become = (row, other) => {
    for (const name of row.getAttributeNames()) if (name !== "class") row.removeAttribute(name);
    for (const name of other.getAttributeNames()) row.setAttribute(name, other.getAttribute(name));
    row.classList.add("writing", "current");
    for (const child of [...row.children]) if (child !== editor.element) child.remove();
    for (const child of [...other.children]) {
      if (child.matches(".findings, .changes")) row.append(child); else row.insertBefore(child, editor.element);
    }
  };

  // Where what is written begins; blanks before it belong to no block.
  const anchor = () => editor.start + Math.max(0, text.slice(editor.start, editor.start + editor.length).search(/\S/));
  const written_in = (all) => {
    const at = anchor();
    const same = all.find((block) => block.source !== null && block.source === editor.source);
    const within = all.find((block) => block.start <= at && at <= block.end);
    const is_gone = text.slice(editor.start, editor.start + editor.length).trim() === "";
    const far = (block) => Math.min(Math.abs(block.start - at), Math.abs(block.end - at));
    return (is_gone && same) || within || same || all.reduce((best, block) => (far(block) < far(best) ? block : best));
  };

  const show = (live) => {
    const focused = document.activeElement?.id;
    element("counts").innerHTML = live.tally;
    const is_queue_new = live.queue !== queued;
    if (is_queue_new) {
      const opened = new Map([...queue.querySelectorAll("details")].map((one) => [one.className, one.open]));
      queue.innerHTML = queued = live.queue;
      for (const one of queue.querySelectorAll("details")) if (opened.has(one.className)) one.open = opened.get(one.className);
      review.enter();
    }

    blocks = new Map();
    const wanted = [];
    const folds = new Set([...section.querySelectorAll("details.folded[open] .row")].map((row) => row.id));
    const here = editor && written_in(live.groups.flatMap((group) => group.blocks));
    const seen = new Set();
    const fresh = [];
    for (const group of live.groups) {
      const rows = group.blocks.map((block) => {
        let row = shown.get(block.hash);
        if (!row) fresh.push(row = made(block.html));
        if (block === here) {
          if (row !== editor.row) become(editor.row, row.cloneNode(true));
          editor.hash = block.hash;
          row = editor.row;
          fresh.push(row);
        } else if (row === editor?.row) {
          row = made(block.html);
          fresh.push(row);
        }
        shown.set(block.hash, row);
        seen.add(block.hash);
        blocks.set(row.id, block);
        return row;
      });
      if (!group.folded) { wanted.push(...rows); continue; }
      const details = document.createElement("details");
      const summary = document.createElement("summary");
      details.className = "folded";
      details.open = rows.some((row) => folds.has(row.id));
      summary.textContent = group.folded;
      details.append(summary, ...rows);
      wanted.push(details);
    }
    for (const hash of [...shown.keys()]) if (!seen.has(hash)) shown.delete(hash);
    put(wanted);
    review.refresh(is_queue_new ? undefined : fresh);
    // What was found there is gone, or another.
    const again = focused && !editor && document.activeElement?.id !== focused && (element(focused) || element(focused.replace(/^f(\d+)-.*$/, "b$1")));
    if (again) again.focus({ preventScroll: true });
  };

  // One question at a time; what came up meanwhile is asked after it.
  let asking = null;
  let again = false;
  let waiting;
  const recheck = () => {
    again = true;
    asking ||= check_all().finally(() => { asking = null; });
    return asking;
  };
  const check_all = async () => {
    while (again) {
      again = false;
      // Who was not told yet what becomes of the work of before has changed nothing; a text without a change
      // would tell the server that there is nothing to keep.
      const asked = is_old || is_offered() ? null : text;
      // The row that is written in is not what its hash says any more.
      const known = [...shown.keys()].filter((hash) => hash !== editor?.hash);
      const live = await ask("check", { base, text: asked, known, written: editor ? anchor() : null });
      if (!live) return;
      if (asked === null && version !== null && (editor || is_dirty())) {
        // A person began to write meanwhile: saving brings both together.
        is_old = false;
        again = true;
        continue;
      }
      // What was shown when it was asked may be shown no more.
      const is_there = (block) => block.html || (shown.has(block.hash) && block.hash !== editor?.hash);
      if (!live.groups.every((group) => group.blocks.every(is_there))) { again = true; continue; }
      if (asked === null) begin(live);
      if (asked === null || asked === text) { seen_text = text; show(live); } else again = true;
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(recheck, 120); paint(); };
  const begin = (live) => {
    base = text = live.text;
    version = live.version;
    is_old = false;
    past = [];
    element("before").hidden = !live.unsaved;
    element("changed").hidden = true;
    paint();
  };
  const is_dirty = () => text !== base;
  // Whether there is work of before that a person did not take or drop yet: it comes first, as what is
  // written now would be kept in its place.
  const is_offered = () => !element("before").hidden;
  const is_asked_for = () => { if (is_offered()) element("take").focus(); return is_offered(); };
  const paint = () => { save_button.disabled = !is_dirty(); save_button.classList.toggle("wanted", is_dirty()); };
  const remember = () => { past.push(text); if (past.length > 100) past.shift(); };

  // How lines end: as they do where somebody writes, else as they do in the text.
  const eol = (written = "") => ((written.includes("\n") ? written : text).includes("\r\n") ? "\r\n" : "\n");
  // The row of the same block, when all that was written is shown: rows are numbered, and one may have come
  // or gone before it.
  const as_it_is_now = async (row) => {
    const of = blocks.get(row.id)?.source ?? null;
    if (seen_text !== text) await recheck();
    if (seen_text !== text) return null;
    const same = [...blocks].find(([, block]) => of !== null && block.source === of);
    return element(same ? same[0] : row.id);
  };
  const edit = async (row) => {
    if (!row || is_asked_for()) return;
    if (editor) { if (editor.row === row) { editor.area.focus(); return; } over(); }
    row = await as_it_is_now(row);
    const block = row && blocks.get(row.id);
    if (!block) return;
    if (row.closest("details")) row = unfolded(row);
    const part = element("editor").content.firstElementChild.cloneNode(true);
    const area = part.querySelector("textarea");
    const was = text.slice(block.start, block.end);
    part.querySelector(".cell").replaceChildren(...row.querySelector(".pair.raw .cell").cloneNode(true).childNodes);
    area.value = was;
    // What a textarea makes of line ends is no change.
    editor = { row, element: part, area, start: block.start, length: was.length, was, shown: area.value, before: "", behind: "", hash: block.hash, source: block.source, changed: false };
    if (was === "") {
      const [ahead, after] = [text.slice(0, block.start), text.slice(block.start)];
      const gap = row.querySelector(".cell.item") ? eol() : eol() + eol();
      if (ahead.trim() && !ahead.endsWith(gap)) editor.before = ahead.endsWith(eol()) ? eol() : gap;
      if (after.trim() && !after.startsWith(gap)) editor.behind = after.startsWith(eol()) ? eol() : gap;
      if (!after && ahead.endsWith(eol())) editor.behind = eol();
    }
    row.insertBefore(part, row.querySelector(".changes, .findings"));
    row.classList.add("writing");
    review.choose(row);
    area.addEventListener("input", written);
    area.focus({ preventScroll: true });
    part.scrollIntoView({ block: "nearest" });
    size();
  };
  // A row that was folded stands by itself while it is written in.
  const unfolded = (row) => {
    const details = row.closest("details");
    const rows = [...details.querySelectorAll(".row")];
    const at = rows.indexOf(row);
    const rest = details.cloneNode(false);
    rest.append(details.querySelector("summary").cloneNode(true), ...rows.slice(at + 1));
    details.after(row);
    if (rest.children.length > 1) row.after(rest);
    if (details.querySelectorAll(".row").length === 0) details.remove();
    return row;
  };
  const size = () => { editor.area.style.height = ""; editor.area.rows = Math.min(24, Math.max(3, editor.area.value.split("\n").length + 1)); };
  const written = () => {
    const value = editor.area.value;
    let now = value === editor.shown ? editor.was : value.replace(/\n/g, eol(editor.was));
    if (editor.was === "" && now) now = editor.before + now + editor.behind;
    if (!editor.changed) { remember(); editor.changed = true; }
    text = text.slice(0, editor.start) + now + text.slice(editor.start + editor.length);
    editor.length = now.length;
    size();
    soon();
  };
  const over = () => {
    if (!editor) return;
    const { row, element: part } = editor;
    shown.delete(editor.hash);
    editor = null;
    part.remove();
    row.classList.remove("writing");
    row.focus({ preventScroll: true });
    recheck();
  };

  const accept = async (found) => {
    if (!found || is_asked_for()) return;
    const told = found.textContent;
    const was = found.closest(".row");
    over();
    const row = await as_it_is_now(was);
    const findings = [...(row?.querySelectorAll(".finding") ?? [])];
    const finding = findings.find((one) => one === found) ?? findings.find((one) => one.textContent === told);
    const fix = finding && blocks.get(row.id)?.fixes[findings.indexOf(finding)];
    if (!fix?.length) return;
    remember();
    for (const [start, end, now] of [...fix].sort((a, b) => b[0] - a[0])) text = text.slice(0, start) + now + text.slice(end);
    finding.focus({ preventScroll: true });
    soon();
  };
  const undo = () => {
    if (!past.length) return;
    over();
    text = past.pop();
    soon();
  };

  let saving = false;
  const save = async (on, what) => {
    if (saving || version === null) return;
    saving = true;
    const answer = await ask("save", { base: on, text: what });
    saving = false;
    if (!answer) return;
    if (answer.conflicts) {
      // What was written since is to be chosen from, too.
      if (text === what) settle(answer); else save(on, text);
      return;
    }
    version = answer.version;
    // What others wrote came into the text with this: a text of before is without it, and would take it away.
    if (on !== base || answer.text !== what) past = [];
    // What was written since stands on what was sent.
    if (text !== what) base = what; else base = text = answer.text;
    element("changed").hidden = true;
    element("before").hidden = true;
    review.tell(answer.text === what ? save_button.dataset.saved : save_button.dataset.merged);
    paint();
    if (editor && answer.text !== what) over(); else recheck();
  };
  const store = () => { if (is_dirty()) save(base, text); };

  const settle = ({ conflicts, disk }) => {
    const list = element("conflicts");
    list.replaceChildren();
    const sides = conflicts.map((stretch, number) => {
      if (typeof stretch === "string") return () => stretch;
      const one = element("one-conflict").content.firstElementChild.cloneNode(true);
      for (const input of one.querySelectorAll("input")) input.name = "conflict-" + number;
      one.querySelector(".mine").textContent = stretch.mine;
      one.querySelector(".theirs").textContent = stretch.theirs;
      list.append(one);
      return () => stretch[one.querySelector("input:checked").value];
    });
    const dialog = element("conflict");
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "save") return;
      over();
      remember();
      text = sides.map((side) => side()).join("");
      save(disk, text);
    };
    dialog.showModal();
  };

  review.keys.e = () => edit(review.row_of_focus());
  review.keys.a = () => accept(document.activeElement.closest?.(".finding"));
  review.keys.u = undo;
  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") { event.preventDefault(); store(); }
    if (editor && !event.isComposing && event.target === editor.area) {
      if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) { event.preventDefault(); over(); }
    }
  });
  save_button.addEventListener("click", store);
  addEventListener("click", (event) => {
    if (event.target.matches(".edit")) edit(event.target.closest(".row"));
    if (event.target.matches(".over")) over();
    if (event.target.matches(".accept")) accept(event.target.closest(".finding"));
    if (event.target.matches(".whole")) navigator.clipboard.writeText(text).then(() => review.tell("✓"), () => {});
  });
  addEventListener("dblclick", (event) => {
    const cell = event.target.closest(".pair .cell:last-child");
    if (cell && !event.target.closest(".editor")) edit(cell.closest(".row"));
  });
  element("take").addEventListener("click", async () => {
    const before = await ask("unsaved", {});
    // Another page saved or dropped it.
    if (!before) { recheck(); return; }
    element("before").hidden = true;
    over();
    remember();
    // It stands on what the file was then: saving brings both together.
    base = before.base;
    text = before.text;
    soon();
  });
  element("drop").addEventListener("click", async () => { if (await ask("drop", {})) element("before").hidden = true; });
  addEventListener("beforeunload", (event) => { if (is_dirty()) event.preventDefault(); });

  // The file may change, and the server may go and come.
  setInterval(async () => {
    // Another program with another address does not know this page any more.
    if (document.hidden || asking || saving || !element("renewed").hidden) return;
    const lost = !element("lost").hidden;
    const state = await ask("state", {});
    if (!state || asking || saving) return;
    if (version === null || (state.version !== version && !is_dirty() && !editor)) { is_old = true; recheck(); return; }
    element("changed").hidden = state.version === version;
    if (lost) recheck();
  }, 2000);
  recheck();
})();
