// A field that searches for a record is drawn by Select2, which leaves out the field's label for who is read to.
function nameDrawnField(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  const drawn = select.parentElement.querySelector(".select2-selection");
  if (!label || !drawn) return;
  const chosen = drawn.querySelector(".select2-selection__rendered");
  label.id ||= `${select.id}-label`;
  drawn.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  chosen.setAttribute("aria-labelledby", label.id);
}

// Select2 draws when jQuery is ready, which may be after the page has loaded: what is asked of jQuery now comes next.
window.addEventListener("load", () =>
  window.django?.jQuery?.(() => document.querySelectorAll("select.admin-autocomplete").forEach(nameDrawnField)),
);
