// Passkeys: the one thing that a page cannot do by itself. The form says what to ask the authenticator; its answer goes into the form.
// Nothing is written into the page, nothing is fetched.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function made(options, passwordless) {
    const sent = { ...options, challenge: bytes(options.challenge), excludeCredentials: known(options.excludeCredentials) };
    sent.user = { ...options.user, id: bytes(options.user.id) };
    if (passwordless) {
      sent.authenticatorSelection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
    }
    const found = await navigator.credentials.create({ publicKey: sent });
    return whole(found, { attestationObject: text(found.response.attestationObject) });
  }

  async function asked(options) {
    const sent = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const found = await navigator.credentials.get({ publicKey: sent });
    const { authenticatorData, signature, userHandle } = found.response;
    const more = { authenticatorData: text(authenticatorData), signature: text(signature) };
    return whole(found, { ...more, userHandle: userHandle ? text(userHandle) : null });
  }

  const whole = (found, more) => ({
    type: found.type,
    id: found.id,
    rawId: text(found.rawId),
    response: { clientDataJSON: text(found.response.clientDataJSON), ...more },
    clientExtensionResults: found.getClientExtensionResults(),
  });

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const wrong = form.querySelector("[data-wrong]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      wrong.hidden = true;
      try {
        const options = JSON.parse(form.dataset.options).publicKey;
        const passwordless = form.elements.passwordless && form.elements.passwordless.checked;
        const answer = form.dataset.passkey === "create" ? await made(options, passwordless) : await asked(options);
        form.elements.credential.value = JSON.stringify(answer);
        form.submit();
      } catch {
        wrong.hidden = false;
      }
    });
    form.querySelector("button").disabled = !window.PublicKeyCredential;
  }
})();
