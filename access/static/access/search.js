// The search that opens on every page: Ctrl + K opens it, and a slash where no list has a search of its own; the
// arrows choose, Enter follows.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("search-dialog");
  if (!dialog) return;
  const form = dialog.querySelector("form");
  const input = form.elements.s;
  const found = document.getElementById("search-found");
  let waiting = 0;
  let asked = 0;

  const links = () => [...found.querySelectorAll("a")];

  function open() {
    if (!dialog.open) dialog.showModal();
    input.select();
  }

  function choose(step) {
    const all = links();
    if (!all.length) return;
    const now = all.findIndex((link) => link.classList.contains("is-chosen"));
    const next = (now + step + all.length + (now < 0 && step < 0 ? 1 : 0)) % all.length;
    all.forEach((link, index) => link.classList.toggle("is-chosen", index === next));
    all[next].scrollIntoView({ block: "nearest" });
  }

  async function ask() {
    const mine = ++asked;
    const words = input.value.trim();
    if (!words) {
      found.replaceChildren();
      return;
    }
    const answer = await fetch(`${form.action}?${new URLSearchParams({ s: words, part: "1" })}`);
    if (mine !== asked) return;
    if (answer.redirected || !answer.ok) {
      form.requestSubmit();
      return;
    }
    found.innerHTML = await answer.text();
  }

  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isFree = !document.getElementById("searchbar");
    const isSlash = isFree && event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isCommand = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (isSlash || isCommand) {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens-search]")) {
      event.preventDefault();
      open();
    } else if (event.target === dialog) {
      dialog.close();
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  form.addEventListener("submit", (event) => {
    const chosen = found.querySelector("a.is-chosen");
    if (chosen) {
      event.preventDefault();
      window.location.assign(chosen.href);
    }
  });
});
