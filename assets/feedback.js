// Feedback knows the row that is looked at. Without this script the links name the page.
(() => {
  const t = (text, values = {}) => (window.reviewWords?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name])
  const here = new URLSearchParams(location.search)
  const place = document.querySelector(".feedback-place")
  if (place && here.get("place")) {
    const version = here.get("version") ? `, version ${here.get("version")}` : ""
    place.classList.add("known")
    place.textContent = `The place you came from: ${here.get("place")}${version}`
  }

  const link = document.querySelector("a.report[data-place]")
  if (!link) return
  const page = link.dataset.place
  const point = target => {
    const address = new URL(link.href)
    address.searchParams.set("place", target)
    return address.href.replaceAll("+", "%20")
  }
  const mark = document.createElement("a")
  mark.className = "report-row"
  mark.textContent = t("Report an error in this row")
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1))
    const cell = document.getElementById(id)?.closest("main tr")?.cells[0]
    mark.remove()
    link.href = point(cell ? `${page}#${id}` : page)
    if (!cell) return
    mark.href = link.href
    cell.append(mark)
  }
  addEventListener("hashchange", follow)
  follow()
})()
