// Comfort only: every page works without this file. Nothing typed is sent or kept.
"use strict";

// Each password rule, counted as the server counts: characters, after Unicode's NFKC.
const RULES = {
  length: (value) => [...value].length >= 8,
  upper: (value) => /\p{Lu}/u.test(value),
  lower: (value) => /\p{Ll}/u.test(value),
  digit: (value) => /\p{Nd}/u.test(value),
  special: (value) => /[^\p{L}\p{N}]/u.test(value),
  long: (value) => [...value].length >= 20,
};

function focusOnError() {
  document.querySelector("[data-focus]")?.focus();
}

function showReveals() {
  for (const button of document.querySelectorAll("[data-reveals]")) {
    const input = document.getElementById(button.dataset.reveals);
    const reveal = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? button.dataset.hide : button.dataset.show;
      button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
    };
    button.addEventListener("click", () => reveal(input.type === "password"));
    // Back to dots before leaving, so that no browser remembers it as an ordinary text.
    input.form.addEventListener("submit", () => reveal(false));
    reveal(false);
    button.hidden = false;
  }
}

function watchRules(list) {
  const input = document.getElementById(list.dataset.rulesOf);
  const status = document.querySelector(`[data-rules-status="${input.id}"]`);
  const items = [...list.querySelectorAll("[data-rule]")];
  let timer;
  const say = () => {
    const met = items.filter((item) => item.classList.contains("met"));
    const missing = items.filter((item) => item.dataset.rule !== "long" && !met.includes(item));
    const enough = !missing.length || met.some((item) => item.dataset.rule === "long");
    const names = missing.map((item) => item.textContent).join(" ; ");
    status.textContent = enough ? status.dataset.met : `${status.dataset.missing} ${names}`;
  };
  input.addEventListener("input", () => {
    const value = input.value.normalize("NFKC");
    for (const item of items) item.classList.toggle("met", RULES[item.dataset.rule](value));
    // Said once the typing rests: a screen reader must not chatter at each key.
    clearTimeout(timer);
    timer = setTimeout(say, 1000);
  });
}

function delayHints() {
  for (const hint of document.querySelectorAll("[data-show-after]")) {
    hint.hidden = true;
    setTimeout(() => { hint.hidden = false; }, Number(hint.dataset.showAfter) * 1000);
  }
}

function lookAgain() {
  const link = document.querySelector("[data-look-again]");
  if (!link) return;
  setInterval(() => {
    // Not under somebody's hands: who is on a button is about to press it.
    if (document.activeElement === document.body) location.assign(link.href);
  }, Number(link.dataset.lookAgain) * 1000);
}

function sendOnce() {
  for (const form of document.querySelectorAll("form")) {
    const button = form.querySelector("[type=submit]");
    const rest = () => button.removeAttribute("aria-busy");
    form.addEventListener("submit", (event) => {
      if (button.hasAttribute("aria-busy")) event.preventDefault();
      button.setAttribute("aria-busy", "true");
      // A lost answer must not leave a dead form.
      setTimeout(rest, 8000);
    });
    window.addEventListener("pageshow", rest);
  }
}

function postAnswer() {
  // The answer to a site, once: on the way back through the history the button is left to press.
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type !== "back_forward") {
    document.querySelector("form[data-answer]")?.submit();
  }
}

postAnswer();
showReveals();
document.querySelectorAll("[data-rules-of]").forEach(watchRules);
delayHints();
sendOnce();
lookAgain();
focusOnError();
