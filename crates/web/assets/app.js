// Everything works without this file; with it, pages move by themselves.
(() => {
  "use strict";

  // "/" goes to the search box, unless something is being typed.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    const box = document.querySelector("[data-search]");
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // Times in words stay true. The server's clock counts: a visitor's may be wrong.
  const started = Date.parse(document.documentElement.dataset.now);
  const { lang, dataset: said } = document.documentElement;
  const relative = new Intl.RelativeTimeFormat(lang);
  const near = (at) => {
    const seconds = Math.trunc((at - started - performance.now()) / 1000);
    const away = Math.abs(seconds);
    if (away >= 604800) return null;
    if (away < 60) return seconds > 0 ? said.soon : said.justNow;
    const [size, unit] = away < 3600 ? [60, "minute"] : away < 86400 ? [3600, "hour"] : [86400, "day"];
    return relative.format(Math.trunc(seconds / size), unit);
  };
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-near]")) {
      const words = near(Date.parse(time.dateTime));
      if (words && words !== time.textContent) time.textContent = words;
    }
  }, 20000);

  // Copy buttons appear where copying is possible.
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = button.dataset.copied ?? "Copied";
      } catch {
        button.textContent = button.dataset.notCopied ?? "Could not copy";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // Progress: ask, show, go on. Silence is waited out ever longer.
  const list = document.querySelector("[data-poll]");
  if (list) {
    const live = document.querySelector("[data-live]");
    const every = Number(list.dataset.every);
    let wait = every;
    const show = (steps) => {
      for (const step of steps) {
        const item = list.querySelector(`[data-kind="${step.kind}"]`);
        if (!item || item.dataset.state === step.state) continue;
        item.dataset.state = step.state;
        item.querySelector(".note").textContent = step.note;
        live.textContent = `${step.label}: ${step.note}`;
      }
    };
    const ask = async () => {
      try {
        const answer = await fetch(list.dataset.poll, { headers: { accept: "application/json" }, cache: "no-store" });
        if (!answer.ok) throw new Error(answer.status);
        const progress = await answer.json();
        if (progress.next) return location.assign(progress.next);
        if (progress.reload) return location.reload();
        show(progress.steps);
        wait = every;
      } catch {
        wait = Math.min(wait * 2, 30000);
      }
      setTimeout(ask, wait);
    };
    setTimeout(ask, wait);
  }

  // Long work: what is marked is looked at again and replaced, until the page no longer marks it.
  const again = document.querySelector("[data-again]");
  if (again) {
    const every = Number(again.dataset.again);
    const look = async () => {
      try {
        const answer = await fetch(location.href, { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.status);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-again]");
        if (!page) return location.reload();
        again.replaceChildren(...page.childNodes);
      } catch {
        // The next look may succeed.
      }
      setTimeout(look, every);
    };
    setTimeout(look, every);
  }
})();
