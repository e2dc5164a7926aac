// What pages need beyond HTML and htmx: theme, menus, dialogs, toasts, times, live logs. Every part finds its elements by a data attribute.

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest(selector) : null;
    if (element) act(element, event);
  });

// Theme: system → light → dark → system.
const media = matchMedia("(prefers-color-scheme: dark)");
function applyTheme(choice) {
  const root = document.documentElement;
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = choice === "dark" || (choice === "system" && media.matches) ? "dark" : "light";
  document.querySelectorAll("[data-theme-toggle]").forEach((button) => {
    button.title = `Theme: ${choice}`;
    button.setAttribute("aria-label", `Theme: ${choice}. Change it`);
  });
}
on("click", "[data-theme-toggle]", () => {
  const next = { system: "light", light: "dark", dark: "system" }[document.documentElement.dataset.themeChoice] || "system";
  localStorage.setItem("bascule-theme", next);
  applyTheme(next);
});
media.addEventListener("change", () => applyTheme(document.documentElement.dataset.themeChoice));

// Menus are <details data-menu>: they close on Escape and on a click elsewhere.
document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]");
  if (event.key === "Escape") {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.body.classList.remove("nav-open");
  } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select?.();
    }
  }
});
// A menu inside a scrolling table would be cut off: it is placed on the window instead.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || !menu.closest(".list")) return;
    const list = menu.querySelector(".menu-list");
    const place = menu.getBoundingClientRect();
    Object.assign(list.style, { position: "fixed", right: `${document.documentElement.clientWidth - place.right}px`, left: "auto", top: `${place.bottom + 4}px` });
    const over = list.getBoundingClientRect().bottom - window.innerHeight;
    if (over > 0) list.style.top = `${place.top - 4 - list.offsetHeight}px`;
  },
  true,
);
on("click", "[data-nav-toggle]", (button) => {
  button.setAttribute("aria-expanded", String(document.body.classList.toggle("nav-open")));
});
on("click", "[data-nav-close]", () => document.body.classList.remove("nav-open"));

// Dialogs: data-dialog="#id" opens, data-close closes; a click on the backdrop closes too.
on("click", "[data-dialog]", (button, event) => {
  event.preventDefault();
  document.querySelector(button.dataset.dialog)?.showModal();
});
on("click", "dialog [data-close]", (button, event) => {
  event.preventDefault();
  button.closest("dialog").close();
});
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

// A form or button with data-confirm asks first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (!question || form.dataset.confirmed) return;
  event.preventDefault();
  const dialog = document.querySelector("#confirm");
  dialog.querySelector("[data-question]").textContent = question;
  const yes = dialog.querySelector("[data-yes]");
  yes.textContent = event.submitter?.textContent.trim() || "Confirm";
  const submitter = event.submitter;
  yes.className = `btn ${submitter?.matches(".danger, .btn-bad") ? "btn-danger" : "btn-primary"}`;
  submitter?.closest("details[data-menu]")?.removeAttribute("open");
  yes.onclick = () => {
    dialog.close();
    form.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  };
  dialog.showModal();
});
on("change", "[data-goes]", (select) => location.assign(select.value));
on("change", "[data-submit-on-change]", (element) => element.form.requestSubmit());

// A choice shows what belongs to it: [data-shows="name"] value v ⇒ [data-when="name=v"].
function showWhen(root = document) {
  root.querySelectorAll("[data-shows]").forEach((control) => {
    if (control.type === "radio" && !control.checked) return;
    document.querySelectorAll(`[data-when^="${control.dataset.shows}="]`).forEach((part) => {
      const shown = part.dataset.when.split("=")[1].split("|").includes(control.value);
      part.hidden = !shown;
      part.querySelectorAll("input, select, textarea").forEach((field) => (field.disabled = !shown));
    });
  });
}
on("change", "[data-shows]", () => showWhen());

on("click", "[data-copy]", async (button) => {
  const source = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy) : null;
  await navigator.clipboard.writeText(source ? (source.value ?? source.textContent) : button.dataset.copy);
  toast("Copied", "success");
});

// Toasts: read aloud, gone after six seconds; errors stay.
function toast(text, tone = "info") {
  const item = document.createElement("div");
  item.className = `toast-item tone-${tone}`;
  item.setAttribute("role", tone === "danger" ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.className = "toast-close";
  close.setAttribute("aria-label", "Dismiss");
  close.textContent = "×";
  close.onclick = () => item.remove();
  item.append(words, close);
  document.querySelector("#toasts").append(item);
  if (tone !== "danger") setTimeout(() => item.remove(), 6000);
}
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
document.addEventListener("htmx:error", () => toast("The server did not answer. Check the connection and try again.", "danger"));

// Relative times; the absolute one stays in the title.
const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
function relative(seconds) {
  const whole = seconds > 0 ? Math.round : Math.trunc; // "in 24 hours" a second after a day was given
  for (const [unit, size] of units) if (Math.abs(seconds) >= size) return words.format(whole(seconds / size), unit);
  return Math.abs(seconds) < 10 ? "just now" : words.format(Math.trunc(seconds), "second");
}
function clock(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m ${s % 60}s`;
  return `${Math.floor(s / 3600)}h ${Math.floor((s % 3600) / 60)}m`;
}
function tick() {
  const now = Date.now();
  document.querySelectorAll("time[data-ago]").forEach((time) => {
    time.textContent = relative((Date.parse(time.dateTime) - now) / 1000);
  });
  document.querySelectorAll("[data-since]").forEach((span) => {
    span.textContent = clock((now - Date.parse(span.dataset.since)) / 1000);
  });
}

// Live: one EventSource. `log` carries a line and its sequence as event id, so that the browser resumes where it stopped; `changed`
// asks the parts marked data-live to fetch themselves anew (one with data-version only if that differs: what is being typed there
// stays); `end` closes.
const ANSI = /\u001b\[[0-9;?]*[A-Za-z]/g;
function logLine(view, line) {
  const row = document.createElement("div");
  row.className = `log-line log-${line.level || "info"}`;
  const time = document.createElement("time");
  time.textContent = line.at ? new Date(line.at * 1000).toLocaleTimeString([], { hour12: false }) : "";
  const text = document.createElement("span");
  text.textContent = String(line.text).replace(ANSI, "");
  row.append(time, text);
  view.append(row);
}
function follow(view) {
  const near = view.scrollHeight - view.scrollTop - view.clientHeight < 48;
  return () => near && (view.scrollTop = view.scrollHeight);
}
const streams = new Map();
function connect(root = document) {
  root.querySelectorAll("[data-stream]").forEach((element) => {
    if (streams.has(element)) return;
    const source = new EventSource(element.dataset.stream);
    streams.set(element, source);
    const view = element.matches(".log") ? element : element.querySelector(".log");
    let waiting = 0;
    source.addEventListener("log", (event) => {
      if (!view) return;
      view.querySelector(".log-empty")?.remove();
      const stick = follow(view);
      logLine(view, JSON.parse(event.data));
      stick();
    });
    const renew = (version) =>
      document.querySelectorAll("[data-live]").forEach((part) => {
        if (!part.dataset.version || part.dataset.version !== version) part.dispatchEvent(new CustomEvent("refresh"));
      });
    source.addEventListener("changed", (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => renew(JSON.parse(event.data).version), 120);
    });
    source.addEventListener("end", () => {
      source.close();
      const empty = view?.querySelector(".log-empty");
      if (empty) empty.textContent = "This step has said nothing.";
    });
  });
  for (const [element, source] of streams) {
    if (!element.isConnected) {
      source.close();
      streams.delete(element);
    }
  }
  root.querySelectorAll(".log").forEach((view) => (view.scrollTop = view.scrollHeight));
}
window.addEventListener("pagehide", () => streams.forEach((source) => source.close()));

function refresh(root) {
  tick();
  showWhen(root);
  connect(root);
}
document.addEventListener("DOMContentLoaded", () => {
  applyTheme(document.documentElement.dataset.themeChoice || "system");
  refresh(document);
  document.querySelectorAll("[data-flash]").forEach((flash) => toast(flash.dataset.flash, flash.dataset.tone));
  document.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
  document.querySelectorAll(".nav-scroll [aria-current=page]").forEach((link) => link.scrollIntoView({ block: "nearest" }));
});
document.addEventListener("htmx:after:swap", () => {
  refresh(document);
  document.querySelectorAll("#drawer[data-pending]").forEach((drawer) => {
    delete drawer.dataset.pending;
    drawer.showModal();
  });
});
// A link or button with data-drawer fills #drawer-body (by htmx) and opens it.
on("click", "[data-drawer]", () => (document.querySelector("#drawer").dataset.pending = "1"));
setInterval(tick, 1000);
