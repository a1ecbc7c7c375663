// What stands beside a list: the one shown is in sight, and the folded ones close when one looks elsewhere.
document.addEventListener("DOMContentLoaded", () => {
  const beside = document.querySelector(".beside");
  if (!beside) return;
  const shown = beside.querySelector(":scope > [aria-current], summary[aria-current]");
  if (shown) beside.scrollLeft = shown.offsetLeft - beside.offsetLeft - (beside.clientWidth - shown.offsetWidth) / 2;
  const details = beside.querySelector("details");
  document.addEventListener("click", (event) => {
    if (details && !details.contains(event.target)) details.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (details && event.key === "Escape") details.open = false;
  });
});
