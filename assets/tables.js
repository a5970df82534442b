// Tables sort by their headings and filter by words and by columns. Without this script every table is complete.
(() => {
  // The words of the page's language, where it has any, and its marks within numbers.
  const t = (text, values = {}) => (window.reviewWords?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])
  const SORTABLE = 3        // rows below which sorting is of no use
  const FILTERABLE = 15     // rows below which filtering is of no use
  const CHOOSABLE = 20      // rows from which columns with few different values get a list of them
  const CHOICES = [2, 12]   // how many different values such a column has
  const LISTS = 3           // as many lists as fit beside each other
  const CARDS = 3           // columns from which a row that a phone has no room for becomes a card
  const NUMBER = /^[<>≤≥~]?\s*[-−]?\d[\d,]*(?:\.\d+)?/
  const DAY = /^\d{1,2} [A-Z][a-z]+ \d{4}$/

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
  const textOf = cell => (cell?.dataset.sort ?? cell?.textContent ?? "").replace(/\s+/g, " ").trim()
  const folded = text => text.normalize("NFD").replace(/[\p{M}\u00ad]/gu, "").toLowerCase()
  const english = text => !window.reviewWords?.[","] ? text : text
    .replace(/(\d)[.\s\u202f](?=\d{3}(?!\d))/g, "$1,").replace(/(\d),(?=\d{1,2}(?!\d))/g, "$1.")
  const numberOf = text => {
    if (DAY.test(text)) return Date.parse(text)
    const found = english(text).match(NUMBER)
    return found ? parseFloat(found[0].replace(/[^\d.−-]/g, "").replace("−", "-")) : NaN
  }

  const heard = make("p", { className: "visually-hidden" })
  heard.setAttribute("role", "status")
  const say = text => {
    if (!heard.isConnected) document.querySelector("main").append(heard)
    heard.textContent = text
  }

  // Heads of the columns, from left to right: those under a heading over several columns stand in the second row.
  const headsOf = rows => {
    const lower = [...(rows[1]?.cells ?? [])]
    return [...rows[0].cells].flatMap(cell => (cell.matches(".spanner") ? lower.splice(0, cell.colSpan) : [cell]))
  }

  // A table that can be worked with: one head, one body, no cell over several rows or columns.
  const read = table => {
    const body = table.tBodies[0]
    const rowsOfHead = table.tHead?.rows
    if (!rowsOfHead?.length || table.tBodies.length !== 1 || rowsOfHead.length > 2) return null
    if (rowsOfHead.length === 2 && !rowsOfHead[0].querySelector(".spanner")) return null
    if (table.querySelector("tbody [rowspan]:not([rowspan='1']), tbody [colspan]:not([colspan='1'])")) return null
    const heads = headsOf(rowsOfHead)
    const names = heads.map(textOf)
    const rows = [...body.rows].map((row, place) => ({ row, place, words: folded(row.textContent) }))
    return { table, body, heads, names, rows, box: table.closest(".table-scroll, .cell-output-display") ?? table }
  }

  const compare = (rows, column) => {
    const texts = new Map(rows.map(entry => [entry, textOf(entry.row.cells[column])]))
    const filled = [...texts.values()].filter(Boolean)
    const numeric = filled.filter(text => !isNaN(numberOf(text))).length > 0.5 * filled.length
    // Empty cells say that something is not stated: they come last in both directions.
    return direction => (a, b) => {
      const [x, y] = [texts.get(a), texts.get(b)]
      if (numeric) {
        const [m, n] = [numberOf(x), numberOf(y)]
        if (isNaN(m) || isNaN(n)) return isNaN(m) - isNaN(n) || !x - !y || a.place - b.place
        return direction * (m - n) || a.place - b.place
      }
      if (!x || !y) return !x - !y || a.place - b.place
      return direction * x.localeCompare(y, document.documentElement.lang || "en", { numeric: true }) || a.place - b.place
    }
  }

  const sortable = read => {
    const order = new Map()  // column -> its comparison, made when it is first asked for
    ;read.heads.forEach((cell, column) => {
      if (!textOf(cell) || cell.querySelector("a, button")) return
      const button = make("button", { type: "button", className: "sort" }, ...cell.childNodes)
      cell.append(button)
      button.addEventListener("click", () => {
        const next = { none: "ascending", ascending: "descending", descending: "none" }[cell.getAttribute("aria-sort") ?? "none"]
        for (const other of read.heads) other.removeAttribute("aria-sort")
        if (!order.has(column)) order.set(column, compare(read.rows, column))
        const sorted = [...read.rows]
        if (next === "none") sorted.sort((a, b) => a.place - b.place)
        else {
          cell.setAttribute("aria-sort", next)
          sorted.sort(order.get(column)(next === "ascending" ? 1 : -1))
        }
        read.body.append(...sorted.map(entry => entry.row))
        say(next === "none" ? t("Rows in their first order")
          : (next === "ascending" ? t("Sorted by {column}, ascending", { column: read.names[column] }) : t("Sorted by {column}, descending", { column: read.names[column] })))
      })
    })
  }

  // Columns that get a list of their values: those the page names, else those with few short values.
  const listed = (reads, wanted) => {
    const names = [...new Set(reads.flatMap(read => read.names))].filter(Boolean)
    const rows = reads.reduce((sum, read) => sum + read.rows.length, 0)
    const lists = []
    for (const name of wanted ?? (rows >= CHOOSABLE ? names : [])) {
      const values = new Map()
      for (const read of reads) {
        const column = read.names.indexOf(name)
        if (column < 0) continue
        for (const entry of read.rows) {
          const value = textOf(entry.row.cells[column])
          if (value) values.set(value, (values.get(value) ?? 0) + 1)
        }
      }
      const kinds = [...values.keys()]
      const few = kinds.length >= CHOICES[0] && kinds.length <= CHOICES[1]
      const short = kinds.every(value => value.length <= 40) && kinds.filter(value => isNaN(numberOf(value))).length > kinds.length / 2
      if (wanted ? kinds.length : few && short) lists.push([name, kinds.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))])
    }
    return wanted ? lists : lists.slice(0, LISTS)
  }

  const filterable = (reads, place, wanted, label) => {
    const total = reads.reduce((sum, read) => sum + read.rows.length, 0)
    const search = make("input", { type: "search", autocomplete: "off", spellcheck: false })
    const lists = listed(reads, wanted).map(([name, values]) => {
      const select = make("select", {}, make("option", { value: "", textContent: t("all") }), ...values.map(value => make("option", { value, textContent: value })))
      return { name, select }
    })
    const clear = make("button", { type: "button", className: "clear", textContent: t("Show all"), hidden: true })
    const status = make("p", { className: "table-status", textContent: t("{total} rows", { total }) })
    status.setAttribute("role", "status")
    const tools = make("div", { className: "table-tools" },
      make("label", {}, make("span", { textContent: t("Rows containing") }), search),
      ...lists.map(({ name, select }) => make("label", {}, make("span", { textContent: name }), select)),
      clear, status)
    tools.setAttribute("role", "group")
    tools.setAttribute("aria-label", t("Filter: {label}", { label }))
    place(tools)

    const show = () => {
      const words = folded(search.value).split(/\s+/).filter(Boolean)
      const chosen = lists.filter(({ select }) => select.value)
      let left = 0
      for (const read of reads) {
        const columns = chosen.map(({ name, select }) => [read.names.indexOf(name), select.value])
        let here = 0
        for (const entry of read.rows) {
          const fits = words.every(word => entry.words.includes(word))
            && columns.every(([column, value]) => column >= 0 && textOf(entry.row.cells[column]) === value)
          entry.row.hidden = !fits
          here += fits
        }
        read.box.hidden = !here && reads.length > 1
        left += here
      }
      // A part of the page of which no row is left would be a heading over nothing.
      for (const section of tools.parentElement.querySelectorAll("section")) {
        const rows = [...section.querySelectorAll("tbody tr")]
        section.hidden = reads.length > 1 && rows.length > 0 && rows.every(row => row.hidden)
      }
      const terms = [...(search.value.trim() ? [t("with “{words}”", { words: search.value.trim() })] : []), ...chosen.map(({ name, select }) => `${name}: ${select.value}`)]
      clear.hidden = terms.length === 0
      status.textContent = terms.length ? t("{left} of {total} rows: {terms}", { left, total, terms: terms.join(", ") }) : t("{total} rows", { total })
      tools.classList.toggle("filtered", terms.length > 0)
    }
    let waiting
    search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120) })
    for (const { select } of lists) select.addEventListener("change", show)
    const reset = () => {
      search.value = ""
      for (const { select } of lists) select.value = ""
      show()
    }
    clear.addEventListener("click", () => { reset(); search.focus() })
    // A link into a row that is filtered away brings it back.
    addEventListener("hashchange", () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
      if (target?.closest("tr[hidden], section[hidden]") && reads.some(read => read.table.contains(target))) {
        reset()
        target.scrollIntoView()
      }
    })
  }

  // On a phone, rows of a table that would have to be pushed sideways become cards. Roles say what they still are.
  const phone = matchMedia("(max-width: 40rem)")
  const cards = reads => {
    for (const { table } of reads) table.classList.remove("cards")
    if (!phone.matches) return
    const tight = reads.filter(({ table, names, box }) => names.length >= CARDS && table.offsetWidth > box.clientWidth
      && !table.matches("table.summary-of-findings, .summary-of-findings table"))
    for (const { table, body, rows, names } of tight) {
      table.classList.add("cards")
      table.setAttribute("role", "table")
      body.setAttribute("role", "rowgroup")
      for (const { row } of rows) {
        row.setAttribute("role", "row")
        ;[...row.cells].forEach((cell, column) => {
          cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell")
          cell.dataset.name = names[column] ?? ""
          cell.classList.toggle("nothing", /^[–-]?$/.test(cell.textContent.trim()) && !cell.firstElementChild)
        })
      }
    }
  }

  const nameOf = read => {
    const named = read.box.getAttribute("aria-labelledby") ?? read.table.getAttribute("aria-labelledby")
    const caption = (named && document.getElementById(named)) ?? read.table.caption
    return textOf(caption) || read.box.getAttribute("aria-label") || t("table")
  }

  const reads = [...document.querySelectorAll("main table")].map(read).filter(Boolean)
  for (const entry of reads) if (entry.rows.length >= SORTABLE) sortable(entry)
  cards(reads)
  phone.addEventListener("change", () => cards(reads))
  const grouped = new Map()
  for (const entry of reads) {
    const group = entry.table.closest(".filterable")
    const key = group ?? entry
    grouped.set(key, [...(grouped.get(key) ?? []), entry])
  }
  for (const [key, members] of grouped) {
    const total = members.reduce((sum, entry) => sum + entry.rows.length, 0)
    const group = key instanceof Element ? key : null
    if (total < FILTERABLE && !group) continue
    const wanted = group?.dataset.filter?.split(";").map(name => name.trim()).filter(Boolean)
    const place = tools => (group ? group.prepend(tools) : members[0].box.before(tools))
    filterable(members, place, wanted, group?.getAttribute("aria-label") ?? nameOf(members[0]))
  }
})()
