// A draft that was sent to be published, and was, need not be kept any longer.

for (const name of Object.keys(localStorage)) {
  if (name.startsWith("pdca.studio.") && JSON.parse(localStorage.getItem(name)).sent) localStorage.removeItem(name);
}
