// Search of the whole site, also from a folder: library and index are scripts, loaded when the search is opened.
(() => {
  // The words of the page's language, where it has any.
  const t = (text, values = {}) => (window.reviewWords?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])
  const SHOWN = 30     // results, which is more than anybody reads
  const AROUND = 70    // letters of context before a word that was found
  const LENGTH = 220   // letters of a result's text
  const opener = document.querySelector("a.search")
  if (!opener || typeof HTMLDialogElement === "undefined") return
  const up = opener.dataset.root

  const load = name => new Promise((done, failed) => {
    const script = document.createElement("script")
    script.src = `${up}assets/${name}`
    script.onload = done
    script.onerror = () => failed(new Error(name))
    document.head.append(script)
  })
  const fold = term => term.normalize("NFD").replace(/[\p{M}\u00ad]/gu, "").toLowerCase()
  let ready
  const engine = () => ready ??= Promise.all([load("vendor/minisearch.js"), load("search-index.js")]).then(() => {
    const found = new MiniSearch({
      fields: ["title", "heading", "text"],
      storeFields: ["address", "title", "heading", "text"],
      processTerm: term => fold(term) || null,
      searchOptions: { prefix: term => term.length > 1, fuzzy: term => term.length > 4 ? 0.15 : false, combineWith: "AND", boost: { title: 3, heading: 2 } },
    })
    found.addAll(window.reviewSearchIndex.map(([address, title, heading, text], id) => ({ id, address, title, heading, text })))
    return found
  })

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
  const input = make("input", { type: "search", autocomplete: "off", spellcheck: false, id: "search-words" })
  const status = make("p", { className: "search-status" })
  status.setAttribute("role", "status")
  const list = make("ul", { className: "search-results" })
  const close = make("button", { type: "button", className: "search-close", textContent: t("Close") })
  const dialog = make("dialog", { className: "search-box" },
    make("form", { method: "dialog" }, make("label", { htmlFor: "search-words", textContent: t("Search this site") }), input, close),
    status, list)
  dialog.setAttribute("aria-label", t("Search"))
  document.body.append(dialog)

  // The words that were found, marked in the text around the first of them.
  const excerpt = (text, terms) => {
    const plain = fold(text)
    const same = plain.length === text.length  // else places in the one are not places in the other
    const places = same ? terms.map(term => plain.indexOf(term)).filter(place => place >= 0) : []
    const from = Math.max(0, Math.min(...(places.length ? places : [0])) - AROUND)
    const start = from && text.indexOf(" ", from) + 1
    const part = text.slice(start, start + LENGTH)
    const shown = make("span", { className: "search-text" }, start ? "… " : "")
    const words = same && terms.length ? new RegExp(terms.map(term => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g") : null
    let end = 0
    for (const match of words ? fold(part).matchAll(words) : []) {
      shown.append(part.slice(end, match.index), make("mark", { textContent: part.slice(match.index, match.index + match[0].length) }))
      end = match.index + match[0].length
    }
    shown.append(part.slice(end), start + LENGTH < text.length ? " …" : "")
    return shown
  }
  const item = result => {
    const heading = result.heading && result.heading !== result.title ? ` › ${result.heading}` : ""
    const link = make("a", { href: up + result.address }, make("span", { className: "search-title", textContent: result.title + heading }), excerpt(result.text, result.terms))
    link.addEventListener("click", () => dialog.close())
    return make("li", {}, link)
  }

  let asked = 0
  const search = async () => {
    const words = input.value.trim()
    const mine = ++asked
    if (!words) {
      list.replaceChildren()
      status.textContent = ""
      return
    }
    try {
      const index = await engine()
      if (mine !== asked) return
      const results = index.search(words)
      list.replaceChildren(...results.slice(0, SHOWN).map(item))
      const more = results.length > SHOWN ? t(", the best {shown} are shown", { shown: SHOWN }) : ""
      status.textContent = results.length ? (results.length === 1 ? t("1 place") : t("{count} places", { count: results.length })) + more : t("Nothing found. Fewer or shorter words find more.")
    } catch (error) {
      status.textContent = t("The search could not be loaded ({reason}).", { reason: error.message })
    }
  }
  let waiting
  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120) })
  // Arrows walk through the results, as in any list of choices; Tab does as well.
  dialog.addEventListener("keydown", event => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    const stops = [input, ...list.querySelectorAll("a")]
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)
    if (!stops[next]) return
    event.preventDefault()
    stops[next].focus()
  })
  dialog.querySelector("form").addEventListener("submit", event => {
    event.preventDefault()
    list.querySelector("a")?.focus()
  })
  close.addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close() })
  dialog.addEventListener("close", () => opener.focus({ preventScroll: true }))

  const open = event => {
    event.preventDefault()
    if (dialog.open) return
    dialog.showModal()
    input.focus()
    input.select()
    engine().catch(() => {})  // told when something is asked for
  }
  opener.addEventListener("click", open)
  opener.setAttribute("role", "button")
  opener.setAttribute("aria-haspopup", "dialog")
  opener.addEventListener("keydown", event => { if (event.key === " ") open(event) })
  addEventListener("keydown", event => { if (event.key === "k" && (event.ctrlKey || event.metaKey)) open(event) })
})()
