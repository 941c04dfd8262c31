// A window whose drawing broke off stays empty until it is loaded again: it does that itself, once it has been empty for
// two seconds and not more than once in ten. What is under review, chosen or typed is kept elsewhere.
if (!window.quarterdeckBlank) {
  window.quarterdeckBlank = true;
  let empty = 0;
  setInterval(() => {
    empty = document.getElementById("root")?.childElementCount ? 0 : empty + 1;
    if (empty >= 2 && performance.now() > 10_000) location.reload();
  }, 1000);
}
