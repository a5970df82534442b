// Chrome of the Pandoc pages: theme switch and menus. Everything is readable and reachable without it.
const root = document.documentElement
const button = document.querySelector("button.theme")

const current = () => root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")
const tell = () => button.setAttribute("aria-pressed", String(current() === "dark"))
tell()
button.addEventListener("click", () => {
  root.dataset.theme = current() === "dark" ? "light" : "dark"
  try { localStorage.setItem("theme", root.dataset.theme) } catch {}
  tell()
})
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell)

// Menus close as people expect: Escape, a click elsewhere, a choice.
const menus = document.querySelectorAll("header.top details")
document.addEventListener("click", event => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false
})
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return
  for (const menu of menus) if (menu.open) {
    menu.open = false
    menu.querySelector("summary").focus()
  }
})

// The section being read, in the contents at the right.
const entries = new Map([...document.querySelectorAll("nav.toc a[href^='#']")].map(link => [decodeURIComponent(link.hash.slice(1)), link]))
const headings = [...entries.keys()].map(id => document.getElementById(id)).filter(Boolean)
const follow = () => {
  const reached = headings.filter(heading => heading.getBoundingClientRect().top < 140).at(-1)
  for (const [id, link] of entries) link.classList.toggle("here", Boolean(reached) && id === reached.id)
}
if (headings.length) {
  let waiting = false
  addEventListener("scroll", () => {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => { waiting = false; follow() })
  }, { passive: true })
  follow()
}

// A folded part opens when a link leads into it; on paper folded remarks are open.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
  for (let part = target && target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true
}
addEventListener("hashchange", reveal)
reveal()
addEventListener("beforeprint", () => {
  for (const part of document.querySelectorAll("details.callout")) part.open = true
})
