// Before the first paint, so that a dark page does not flash white.
try {
  const theme = localStorage.getItem("bida-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // A browser that forbids storage follows the system.
}
