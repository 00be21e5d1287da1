// Without this file pages say what passkeys need, and every other way works.
(() => {
  "use strict";

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
        if (!answer.ok || answer.redirected) throw new Error(form.dataset.beginAgain);
        const asked = await answer.json();
        const made = await sign(form.dataset.passkey, asked.publicKey);
        form.elements.ceremony.value = asked.ceremony;
        form.elements.credential.value = JSON.stringify(made);
        form.submit();
      } catch (error) {
        failed.textContent =
          error.name === "InvalidStateError" ? form.dataset.known
          : error.name === "NotAllowedError" ? form.dataset.turnedBack
          : error.name === "Error" ? error.message
          : form.dataset.unable;
        failed.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
