// Starts the app, or says that it could not be loaded: the static text stays.
// A module script that fails is remembered by the browser, so the way out is a
// reload, which the message offers.
const boot = async (script, wasm) => {
  try {
    const app = await import(script);
    await app.default({ module_or_path: wasm });
  } catch (reason) {
    console.error(reason);
    const message = document.getElementById("boot-failed");
    message.hidden = false;
    message.querySelector("button").onclick = () => location.reload();
  }
};
