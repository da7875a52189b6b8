// Kept in the browser's page: a component runs again with every rerun, and is drawn anew only where its data changed.
const drawn = new WeakMap()

const element = (tag, className, text) => {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const shares = (column) => {
  const bar = element("span", "bar")
  const kinds = ["fits", "odd-share", "blank-share"]
  column.shares.forEach((share, at) => {
    const part = element("span", kinds[at])
    // What is there at all can be seen.
    part.style.flex = share > 0 ? `${Math.max(share, 0.03)} 0 0` : "0 0 0"
    bar.append(part)
  })
  return bar
}

const header = (column, pick) => {
  const cell = element("th", column.picked ? "picked" : "")
  cell.scope = "col"
  const inside = element(pick ? "button" : "span", "column")
  inside.title = column.tip
  inside.append(element("span", "name", column.label))
  const meaning = element("span", "meaning")
  meaning.append(element("span", "icon", column.icon), element("span", "", column.meaning))
  if (column.note) meaning.append(element("span", "note", column.note))
  inside.append(meaning)
  if (column.shares) inside.append(shares(column))
  if (pick) {
    inside.setAttribute("aria-pressed", String(!!column.picked))
    inside.addEventListener("click", () => pick("column", column.name))
  }
  cell.append(inside)
  return cell
}

const line = (row, at, head, pick, withRoles, width) => {
  const classes = [row.dim ? "dim" : "", row.role === "names" ? "names" : "", row.picked ? "chosen" : ""]
  const made = element("tr", classes.join(" "))
  if (withRoles) made.append(element("td", "role", row.role || ""))
  const number = element("th", "number")
  number.scope = "row"
  if (pick) {
    const button = element("button", "", row.number)
    button.setAttribute("aria-label", `Line ${row.number}`)
    number.append(button)
    made.classList.add("pickable")
    made.addEventListener("click", () => pick("row", at))
  } else number.textContent = row.number
  made.append(number)
  row.cells.forEach((text, position) => {
    // A line with fewer cells than others, such as a title, takes the whole width.
    const last = position === row.cells.length - 1
    const column = head[position] || {}
    const cell = element("td", "", text)
    if (column.right) cell.classList.add("right")
    if (column.picked) cell.classList.add("picked")
    if ((row.odd || []).includes(position)) cell.classList.add("odd")
    else if (text === "") cell.classList.add("none")
    if (text.length > 24) cell.title = text
    if (last && row.cells.length < width) cell.colSpan = width - position
    made.append(cell)
  })
  return made
}

// Brings a column that was chosen elsewhere into view.
const show = (frame, head) => {
  if (!head) return
  const numbers = frame.querySelector("thead .number").offsetWidth
  const hidden = head.offsetLeft - numbers < frame.scrollLeft
  const beyond = head.offsetLeft + head.offsetWidth > frame.scrollLeft + frame.clientWidth
  if (hidden || beyond) frame.scrollLeft = head.offsetLeft - numbers - 40
}

export default function (component) {
  const { data, setTriggerValue, parentElement } = component
  const frame = parentElement.querySelector(".frame")
  const before = drawn.get(frame) || {}
  const content = JSON.stringify(data)
  if (before.content === content) return
  const { scrollLeft, scrollTop } = frame
  frame.style.maxHeight = `${data.height}px`
  frame.setAttribute("aria-label", data.label)
  frame.setAttribute("role", "region")

  const table = element("table")
  const pick = (kind, value) => setTriggerValue("picked", { kind, value })
  const withRoles = data.rows.some((row) => row.role)
  if (data.head.length) {
    const head = element("thead")
    const names = element("tr")
    names.append(element("th", "number"))
    data.head.forEach((column) => names.append(header(column, data.pick === "column" ? pick : null)))
    head.append(names)
    table.append(head)
  }
  const body = element("tbody")
  const width = Math.max(data.head.length, ...data.rows.map((row) => row.cells.length))
  const pickRow = data.pick === "row" ? pick : null
  data.rows.forEach((row, at) => body.append(line(row, at, data.head, pickRow, withRoles, width)))
  table.append(body)
  frame.replaceChildren(table)
  if (before.place === data.place) frame.scrollTo(scrollLeft, scrollTop)
  else frame.scrollTo(0, 0)
  const picked = data.head.find((column) => column.picked)?.name
  if (before.content && picked !== before.picked) show(frame, frame.querySelector("th.picked"))
  drawn.set(frame, { content, place: data.place, picked })
}
