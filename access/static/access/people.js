// A field for a person: what is typed, a number, a name or pinyin, is asked of the server, and one of those found is
// chosen by a touch, or by the arrows and Enter. Without this script the field takes a number or a name.
function offerPeople(input) {
  const field = input.parentElement;
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let waiting = 0;
  let asked = 0;

  list.id = `${input.id}-people`;
  list.className = "people";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.querySelector("label")?.textContent.trim() ?? "");
  told.className = "people-told";
  told.setAttribute("role", "status");
  field.classList.add("has-people");
  input.after(list, told);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]])
    input.setAttribute(name, value);
  close();

  const options = () => [...list.querySelectorAll("[data-label]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }

  function pick(option) {
    clearTimeout(waiting);
    asked++;
    input.value = option.dataset.label;
    told.textContent = option.dataset.note;
    close();
  }

  async function ask() {
    const mine = ++asked;
    const words = { s: input.value.trim(), ...(input.dataset.inSales && { "in-sales": "1" }) };
    const answer = words.s && (await fetch(`${input.dataset.people}?${new URLSearchParams(words)}`).catch(() => null));
    if (mine !== asked) return false;
    if (!answer || answer.redirected || !answer.ok) {
      close();
      return false;
    }
    list.innerHTML = await answer.text();
    [...list.children].forEach((one, index) => (one.id = `${list.id}-${index}`));
    return mine === asked;
  }

  async function offer() {
    if (!(await ask()) || document.activeElement !== input) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(options().length === 1 ? options()[0] : null);
  }

  // What stands in the field already, such as of a person from whose page one came, is told in full.
  async function tell() {
    const named = input.value && !told.textContent && (await ask()) && list.querySelector("[data-is-it]");
    if (named) pick(named);
  }

  input.addEventListener("input", () => {
    told.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(offer, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      const now = all.indexOf(chosen());
      mark(all[now < 0 ? (step > 0 ? 0 : all.length - 1) : (now + step + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      pick(chosen());
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => {
    close();
    tell();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-label]");
    if (option) pick(option);
  });
  tell();
}

document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("input[data-people]").forEach(offerPeople));
