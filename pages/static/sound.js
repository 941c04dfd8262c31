// A sound for each new notice, where a person switched it on: two notes up, or three low ones for what is red. A browser
// plays nothing before somebody has clicked or typed in the page; switching it on is such a click, and plays it once.
if (!window.quarterdeckSound) {
  const NOTES = { red: [330, 330, 330], calm: [660, 880] };
  let newest = null;
  let audio = null;
  const wake = () => {
    audio ??= new AudioContext();
    audio.resume();
  };
  const play = (weight) => {
    if (audio?.state !== "running") return;
    (NOTES[weight] ?? NOTES.calm).forEach((pitch, place) => {
      const [note, volume, begins] = [audio.createOscillator(), audio.createGain(), audio.currentTime + 0.18 * place];
      note.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, begins);
      volume.gain.exponentialRampToValueAtTime(0.001, begins + 0.16);
      note.connect(volume).connect(audio.destination);
      note.start(begins);
      note.stop(begins + 0.16);
    });
    window.quarterdeckSound.played += 1;
  };
  window.quarterdeckSound = { played: 0 };
  const mark = () => document.querySelector(".qd-rung");
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => mark() && wake(), true);
  }
  new MutationObserver(() => {
    const found = mark();
    if (!found) return;
    const row = Number(found.dataset.row);
    if (newest === null && navigator.userActivation?.isActive) {
      wake();
      audio.resume().then(() => play("calm"));
    } else if (newest !== null && row > newest) {
      play(found.dataset.weight);
    }
    newest = row;
  }).observe(document.body, { childList: true, subtree: true });
}
