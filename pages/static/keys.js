// Enter in a number of the ticket presses Review, once what was typed has been taken in; Esc leaves the sheet at once,
// even while the focus is still on its way into it.
if (!window.quarterdeckKeys) {
  window.quarterdeckKeys = true;
  const press = (button) => document.querySelector(`.st-key-${button} button:not(:disabled)`)?.click();
  document.addEventListener("keydown", (event) => {
    const bare = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.repeat);
    const inside = (place) => event.target instanceof Element && event.target.closest(place);
    if (bare && event.key === "Enter" && event.target instanceof HTMLInputElement && inside(".st-key-ticket_numbers")) {
      setTimeout(() => press("review_order"), 0);
    }
    if (bare && event.key === "Escape" && !inside("[role=dialog]")) {
      press("back");
    }
  });
}
