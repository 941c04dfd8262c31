// Enter in a number of the ticket presses Review, once what was typed has been taken in; Esc leaves the sheet at once,
// even while the focus is still on its way into it. Ctrl+K or Cmd+K opens the palette, ? the shortcuts.
if (!window.quarterdeckKeys) {
  window.quarterdeckKeys = true;
  const press = (button) => document.querySelector(`.st-key-${button} button:not(:disabled)`)?.click();
  const sheet = () => document.querySelector("[role=dialog]");
  const seek = (tries) => {
    const field = document.querySelector(".st-key-palette_entry input");
    if (field) field.focus();
    if (tries && document.activeElement !== field) setTimeout(() => seek(tries - 1), 50);
  };
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest(".st-key-palette_open")) seek(100);
  });
  document.addEventListener("keydown", (event) => {
    const bare = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing || event.repeat);
    const inside = (place) => event.target instanceof Element && event.target.closest(place);
    const only = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (only && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat && !sheet()) {
        document.activeElement?.blur(); // what is typed on its way into the palette belongs to no number
        press("palette_open");
      }
      return;
    }
    const typing = inside("input, textarea, select, [contenteditable=true]");
    if (event.key === "?" && !(event.ctrlKey || event.metaKey || event.altKey) && !typing && !sheet()) {
      press("help_open");
    }
    if (bare && event.key === "Enter" && event.target instanceof HTMLInputElement && inside(".st-key-ticket_numbers")) {
      setTimeout(() => press("review_order"), 0);
    }
    if (bare && event.key === "Escape" && !inside("[role=dialog]")) {
      press("back");
    }
  }, true);
}
