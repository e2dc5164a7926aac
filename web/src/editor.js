// <textarea data-editor="yaml|sql|rego"> becomes a CodeMirror; the textarea stays the form's field. With data-validate the server judges
// the text: its problems become markers in the gutter and a list below.
import { basicSetup, EditorView } from "codemirror";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, linter, forceLinting } from "@codemirror/lint";
import { sql } from "@codemirror/lang-sql";
import { yaml } from "@codemirror/lang-yaml";
import { EditorState } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";
import { rego } from "./rego.js";

const LANGUAGES = { yaml, sql: () => sql({ upperCaseKeywords: true }), rego: () => rego, text: () => [] };

const colours = HighlightStyle.define([
  { tag: [t.keyword, t.modifier, t.operatorKeyword], color: "var(--code-keyword)" },
  { tag: [t.string, t.special(t.string)], color: "var(--code-string)" },
  { tag: [t.number, t.bool, t.null, t.atom], color: "var(--code-number)" },
  { tag: [t.comment, t.meta], color: "var(--code-comment)" },
  { tag: [t.propertyName, t.definition(t.propertyName), t.typeName], color: "var(--code-key)" },
  { tag: [t.function(t.variableName), t.special(t.variableName)], color: "var(--code-function)" },
  { tag: t.invalid, color: "var(--tone-danger)" },
]);

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--surface)", color: "var(--text)", fontSize: "13px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection)" },
  ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "#fff" },
  ".cm-panel input, .cm-panel button": { color: "inherit", background: "var(--surface-2)" },
  ".cm-lint-marker-info": { content: "normal", width: ".55em", height: ".55em", margin: ".5em auto 0", borderRadius: "50%", backgroundColor: "var(--tone-info)" },
  "&.cm-focused": { outline: "none" },
});

function listProblems(list, problems, view) {
  list.replaceChildren();
  const state = document.createElement("p");
  const notes = problems.filter((problem) => problem.severity === "info").length;
  const wrong = problems.length - notes;
  state.className = wrong ? "problem-count" : "problem-count is-clean";
  state.textContent = wrong ? `${wrong} problem${wrong === 1 ? "" : "s"}` : "No problems";
  if (notes) state.append(Object.assign(document.createElement("small"), { textContent: `, ${notes} note${notes === 1 ? "" : "s"}` }));
  list.append(state);
  const goTo = (number) => () => {
    const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from }, scrollIntoView: true });
    view.focus();
  };
  const told = new Map(); // the same words at several lines are one row
  for (const problem of problems) {
    const words = [problem.severity, problem.code, problem.what, problem.fix, problem.line ? "" : problem.where].join("\n");
    told.set(words, [...(told.get(words) ?? []), problem]);
  }
  for (const [problem, ...more] of told.values()) {
    const single = problem.line && !more.length;
    const row = document.createElement(single ? "button" : "div");
    row.className = `problem-row problem-${problem.severity}`;
    if (single) row.type = "button";
    const code = document.createElement("code");
    code.textContent = problem.code;
    const what = document.createElement("span");
    what.textContent = problem.what + (problem.fix ? ` — ${problem.fix}` : "");
    const where = document.createElement("small");
    where.textContent = problem.line ? `line ${problem.line}` : problem.where || "";
    row.append(code, what, where);
    if (single) row.onclick = goTo(problem.line);
    if (more.length && problem.line) {
      where.className = "problem-lines";
      where.replaceChildren(
        ...[problem, ...more].map(({ line }) =>
          Object.assign(document.createElement("button"), { type: "button", textContent: `line ${line}`, onclick: goTo(line) }),
        ),
      );
    }
    list.append(row);
  }
}

function checker(textarea, list) {
  return linter(
    async (view) => {
      const part = textarea.dataset.validatePart ? document.querySelector(textarea.dataset.validatePart) : null;
      const answer = await fetch(textarea.dataset.validate + (part ? `/${encodeURIComponent(part.value)}` : ""), {
        method: "POST",
        headers: { "Content-Type": "text/plain; charset=utf-8", "HX-Request": "true" },
        body: view.state.doc.toString(),
      }).catch(() => null);
      if (!answer?.ok) return [];
      const { problems } = await answer.json();
      if (list) listProblems(list, problems, view);
      return problems
        .filter((problem) => problem.line)
        .map((problem) => {
          const line = view.state.doc.line(Math.min(problem.line, view.state.doc.lines));
          const from = Math.min(line.from + Math.max(0, (problem.column || 1) - 1), line.to);
          return { from, to: line.to, severity: problem.severity, message: `${problem.code}  ${problem.what}${problem.fix ? `\n${problem.fix}` : ""}` };
        });
    },
    { delay: 400 },
  );
}

function mount(textarea) {
  if (textarea.dataset.mounted) return;
  textarea.dataset.mounted = "1";
  const list = textarea.dataset.problems ? document.querySelector(textarea.dataset.problems) : null;
  const readOnly = textarea.readOnly;
  const view = new EditorView({
    doc: textarea.value,
    extensions: [
      EditorView.cspNonce.of(document.querySelector("meta[name=csp-nonce]")?.content ?? ""),
      basicSetup,
      keymap.of([indentWithTab]),
      indentUnit.of(textarea.dataset.editor === "rego" ? "\t" : "  "),
      LANGUAGES[textarea.dataset.editor]?.() ?? [],
      syntaxHighlighting(colours),
      theme,
      matchMedia("(min-width: 821px)").matches ? EditorView.lineWrapping : [],
      EditorView.editorAttributes.of({ class: "editor" }),
      EditorView.contentAttributes.of({ "aria-label": textarea.getAttribute("aria-label") || "Editor" }),
      readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : [],
      textarea.dataset.validate ? [lintGutter(), checker(textarea, list)] : [],
      EditorView.updateListener.of((update) => {
        if (update.docChanged) textarea.value = update.state.doc.toString();
      }),
    ],
  });
  textarea.hidden = true;
  textarea.after(view.dom);
  if (textarea.dataset.validate) forceLinting(view);
  textarea.addEventListener("set-text", (event) => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: event.detail } });
  });
}

const mountAll = () => document.querySelectorAll("textarea[data-editor]").forEach(mount);
document.addEventListener("DOMContentLoaded", mountAll);
document.addEventListener("htmx:after:swap", mountAll);

// A select with data-fills="#textarea" and options' data-text puts a sample into the editor.
document.addEventListener("change", (event) => {
  const select = event.target.closest?.("select[data-fills]");
  const text = select?.selectedOptions[0]?.dataset.text;
  if (text) document.querySelector(select.dataset.fills).dispatchEvent(new CustomEvent("set-text", { detail: text }));
});

// A select with data-loads="#textarea": the chosen address's text goes into the editor.
document.addEventListener("change", async (event) => {
  const select = event.target.closest?.("select[data-loads]");
  if (!select?.value) return;
  const answer = await fetch(select.value);
  if (!answer.ok) return;
  const text = await answer.text();
  const pretty = answer.headers.get("content-type")?.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  document.querySelector(select.dataset.loads).dispatchEvent(new CustomEvent("set-text", { detail: pretty }));
});
