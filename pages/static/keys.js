// Enter in a number of the ticket presses Review, once what was typed has been taken in; Esc leaves the sheet, even while
// it is still on its way in, and the focus goes back to that number. Ctrl+K or Cmd+K opens the palette, ? the shortcuts.
if (!window.quarterdeckKeys) {
  window.quarterdeckKeys = true;
  const press = (button) => {
    const found = document.querySelector(`.st-key-${button} button:not(:disabled)`);
    found?.click();
    return Boolean(found);
  };
  const sheet = () => document.querySelector("[role=dialog]");
  const soon = (button, tries) => { // a page that is still on its way has no button yet, and the key is not lost
    if (!sheet() && !press(button) && tries) setTimeout(() => soon(button, tries - 1), 50);
  };
  const leave = (open, tries) => {
    if (!press("back") && open.isConnected && tries) setTimeout(() => leave(open, tries - 1), 50);
  };
  let asked = null; // the number Enter was pressed in
  const home = (open, tries) => {
    if (open.isConnected && tries) setTimeout(() => home(open, tries - 1), 50);
    else if (document.activeElement === document.body) asked?.focus();
  };
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
        soon("palette_open", 40);
      }
      return;
    }
    const typing = inside("input, textarea, select, [contenteditable=true]");
    if (event.key === "?" && !(event.ctrlKey || event.metaKey || event.altKey) && !typing && !sheet()) {
      soon("help_open", 40);
    }
    if (bare && event.key === "Enter" && event.target instanceof HTMLInputElement && inside(".st-key-ticket_numbers")) {
      asked = event.target;
      setTimeout(() => press("review_order"), 0);
    }
    const open = sheet();
    if (bare && event.key === "Escape" && open) {
      if (!inside("[role=dialog]")) leave(open, 100); // its foot, with the button, is drawn last
      setTimeout(() => home(open, 100), 50);
    }
  }, true);
}
