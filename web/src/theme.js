// Runs before the first paint: the chosen theme, or the system's.
const choice = localStorage.getItem("bascule-theme") || "system";
const dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
document.documentElement.dataset.themeChoice = choice;
document.documentElement.classList.add("js");
