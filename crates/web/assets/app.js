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
  const near = (at) => {
    const seconds = Math.trunc((at - started - performance.now()) / 1000);
    const away = Math.abs(seconds);
    if (away >= 604800) return null;
    if (away < 60) return seconds > 0 ? "in a moment" : "just now";
    const [size, unit] = away < 3600 ? [60, "minute"] : away < 86400 ? [3600, "hour"] : [86400, "day"];
    const count = Math.trunc(away / size);
    const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
    return seconds > 0 ? `in ${words}` : `${words} ago`;
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
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not possible here";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // Passkeys: the device is asked, what it answers goes into the form, and the form is sent like any other.
  const fromText = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const toText = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const sign = async (kind, options) => {
    options.challenge = fromText(options.challenge);
    if (options.user) options.user.id = fromText(options.user.id);
    for (const list of [options.allowCredentials, options.excludeCredentials]) {
      for (const one of list ?? []) one.id = fromText(one.id);
    }
    const made = await navigator.credentials[kind]({ publicKey: options });
    const response = { clientDataJSON: toText(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = toText(made.response[name]);
    }
    const extensions = made.getClientExtensionResults();
    return { id: made.id, rawId: toText(made.rawId), type: made.type, response, extensions };
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) break;
    const button = form.querySelector("button");
    const failed = form.querySelector("[data-failed]");
    form.querySelector("[data-without]").hidden = true;
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.hidden = true;
      try {
        const answer = await fetch(form.dataset.options, { method: "POST", headers: { accept: "application/json" } });
        if (!answer.ok || answer.redirected) throw new Error("Begin again: reload this page.");
        const asked = await answer.json();
        const made = await sign(form.dataset.passkey, asked.publicKey);
        form.elements.ceremony.value = asked.ceremony;
        form.elements.credential.value = JSON.stringify(made);
        form.submit();
      } catch (error) {
        failed.textContent =
          error.name === "InvalidStateError" ? "This device has a passkey for here already."
          : error.name === "NotAllowedError" ? "Your device did not answer, or you turned back. You can try again."
          : error.name === "Error" ? error.message
          : "Your device cannot do this here. Use another device, or sign in another way.";
        failed.hidden = false;
        button.disabled = false;
      }
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
