// Enter in a number of the ticket presses Review, once what was typed has been taken in.
if (!window.quarterdeckKeys) {
  window.quarterdeckKeys = true;
  document.addEventListener("keydown", (event) => {
    const bare = event.key === "Enter" && !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    const typed = event.target instanceof HTMLInputElement && event.target.closest(".st-key-ticket_numbers");
    if (bare && typed && !event.isComposing && !event.repeat) {
      setTimeout(() => document.querySelector(".st-key-review_order button:not(:disabled)")?.click(), 0);
    }
  });
}
