// Long parts of a page are open where there is room and shut where the screen is narrow, but for one that a link leads to.
// How wide it is is asked once the page is there: a phone tells it only when it has read the page's viewport.
const narrow = window.matchMedia("(max-width: 767px)");

function fold(parts) {
  for (const part of parts) {
    part.open = !narrow.matches || `#${part.id}` === location.hash;
    part.dataset.fold = narrow.matches ? "shut" : "";
  }
}

function openLinked() {
  const part = document.getElementById(location.hash.slice(1));
  if (narrow.matches && part?.tagName === "DETAILS") part.open = true;
}

// A part that comes later is folded by itself: those around it stay as whoever reads them has set them.
function foldNew(root) {
  if (narrow.matches) fold(root.querySelectorAll('details[data-fold=""]'));
}

document.addEventListener("DOMContentLoaded", () => foldNew(document));
document.addEventListener("htmx:load", (event) => foldNew(event.target.parentElement));
narrow.addEventListener("change", () => fold(document.querySelectorAll("details[data-fold]")));
window.addEventListener("hashchange", openLinked);
