// Loaded in <head>, before the first paint: a page follows the theme and the language of the Airflow
// that frames it, and leaves the frame where it must. Each page also works at its own address.
(() => {
  "use strict";
  const COOKIE = "exact_online_language";
  const LANGUAGES = ["nl", "en"];
  // Neutral colours of Airflow -> our variables. Its state colours have too little contrast on dark.
  const COLOURS = {
    "--background": "--chakra-colors-bg",
    "--surface": "--chakra-colors-bg-muted",
    "--text": "--chakra-colors-fg",
    "--soft": "--chakra-colors-fg-muted",
    "--border": "--chakra-colors-border",
  };
  const html = document.documentElement;
  const root = new URL(document.currentScript.src).pathname.replace(/\/static\/.*/, "");

  const frameOwner = (() => {
    if (self === top) return null;
    try {
      return parent.document;
    } catch {
      return null; // framed by a stranger: the browser's frame-ancestors rule stops that anyway
    }
  })();

  const followTheme = () => {
    if (!frameOwner) {
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      html.dataset.theme = { dark: "dark", light: "light" }[localStorage.getItem("theme")] ?? system;
      return;
    }
    const outer = frameOwner.documentElement;
    html.dataset.theme = outer.classList.contains("dark") ? "dark" : "light";
    const style = getComputedStyle(outer);
    for (const [ours, theirs] of Object.entries(COLOURS)) {
      const colour = style.getPropertyValue(theirs);
      if (colour) html.style.setProperty(ours, colour);
    }
  };

  // Airflow keeps its user's language in localStorage, which no server can read.
  let reloading = false;
  const followLanguage = () => {
    const wanted = (localStorage.getItem("i18nextLng") ?? "").slice(0, 2);
    if (!LANGUAGES.includes(wanted) || wanted === html.lang) return;
    if (document.cookie.includes(`${COOKIE}=${wanted}`)) return;
    document.cookie = `${COOKIE}=${wanted}; path=${root || "/"}; samesite=lax; max-age=31536000`;
    reloading = true;
    location.reload();
  };

  // Airflow's frame may neither open windows nor leave itself. The page around it may.
  const inOuterPage = (tag, properties) =>
    frameOwner.body.appendChild(Object.assign(frameOwner.createElement(tag), { hidden: true, ...properties }));
  const leaveByLink = (event) => {
    const link = event.target.closest?.("a[target]");
    if (!link) return;
    event.preventDefault();
    inOuterPage("a", { href: link.href, target: link.target, rel: "noopener" }).click();
  };
  const leaveByForm = (event) => {
    if (event.target.target !== "_top") return;
    event.preventDefault();
    const form = inOuterPage("form", { method: event.target.method, action: event.target.action });
    for (const [name, value] of new FormData(event.target, event.submitter)) {
      form.append(Object.assign(frameOwner.createElement("input"), { type: "hidden", name, value }));
    }
    form.submit();
  };

  const sayFile = (input) => {
    const words = document.getElementById(`${input.id}-chosen`);
    if (words) words.textContent = input.files[0]?.name ?? words.dataset.none;
  };

  const sayError = (event) => {
    const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const words = answer.querySelector("[role=alert]")?.textContent ?? `${event.detail.xhr.status}`;
    document.getElementById("status").textContent = words;
  };

  followTheme();
  followLanguage();
  addEventListener("load", () => {
    if (!reloading) html.dataset.ready = ""; // what browser tests wait for
  });
  addEventListener("change", (event) => {
    if (event.target.type === "file") sayFile(event.target);
  });
  addEventListener("pageshow", () => document.querySelectorAll(".file > input").forEach(sayFile));
  addEventListener("storage", (event) => {
    if (event.key === "theme") followTheme();
    if (event.key === "i18nextLng") followLanguage();
  });
  addEventListener("htmx:responseError", sayError);
  if (!frameOwner) return;
  new MutationObserver(() => requestAnimationFrame(followTheme)).observe(frameOwner.documentElement, {
    attributes: true,
    attributeFilter: ["class"],
  });
  addEventListener("click", leaveByLink);
  addEventListener("submit", leaveByForm);
})();
