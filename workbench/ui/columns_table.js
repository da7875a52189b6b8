// The table of inputs. What is looked for, and how far the list is unfolded, is kept here, in the browser's page; what
// is decided is Python's: it is told, and the table drawn anew when the answer comes.
const views = new WeakMap()
const FEW = 12 // columns that need no search
const WHOLE = 16 // columns that are shown without a scroll bar of their own
const STEP = 60 // rows that are drawn at once
const ANSWERS = ["yes", "no", "later"]
const BY = { you: "your answer", advance: "answered in advance", wait: "please answer" }
const LOOKS = {
  all: ["All", () => true],
  doubt: ["In doubt", (row) => row.doubt],
  unknown: ["Not known in time", (row) => row.unknown],
  out: ["Left out", (row) => !row.use],
  used: ["Used", (row) => row.use],
}
const SORTS = {
  first: ["What needs a look first", null],
  file: ["As in the file", (one, other) => one.at - other.at],
  name: ["By name", (one, other) => one.name.localeCompare(other.name)],
  strong: ["Strongest first", (one, other) => (other.strength ?? -1) - (one.strength ?? -1)],
}

const element = (tag, className, text) => {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

const button = (view, id, className, text, act) => {
  const made = element("button", className, text)
  made.type = "button"
  made.dataset.id = id
  made.addEventListener("click", act)
  return made
}

// Python hears of everything it has not confirmed yet, so that two quick clicks both count.
const say = (view, names, act, value) => {
  view.told += 1
  view.unheard.push({ id: view.told, names, do: act, value })
  view.component.setStateValue("said", { visit: view.visit, entries: view.unheard })
}

const found = (view) => {
  const wanted = view.search.value.trim().toLowerCase()
  const rows = view.data.rows.filter((row) => LOOKS[view.look.value][1](row) && row.name.toLowerCase().includes(wanted))
  const order = SORTS[view.sort.value][1]
  return (order ? [...rows].sort(order) : rows).map((row) => row.name)
}

const options = (select, all, labels) => {
  const chosen = select.value in all ? select.value : Object.keys(all)[0]
  select.replaceChildren(...labels.map(([value, label]) => {
    const option = element("option", "", label)
    option.value = value
    return option
  }))
  select.value = chosen
}

const answers = (view, row) => {
  const cell = element("td", "answer")
  const group = element("div", "choices")
  group.setAttribute("role", "group")
  group.setAttribute("aria-label", `${view.data.question} ${row.name}`)
  ANSWERS.forEach((answer) => {
    const made = button(view, `${row.name} ${answer}`, row.by === "you" ? "own" : "", view.data.labels[answer], () => {
      if (row.answer === answer && row.by !== "advance") return
      group.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", String(each === made)))
      say(view, [row.name], "answer", answer)
    })
    made.setAttribute("aria-pressed", String(row.answer === answer))
    group.append(made)
  })
  cell.append(group)
  if (row.by) {
    const by = element("div", `by ${row.by}`, BY[row.by])
    if (row.by === "you") by.append(" · ", button(view, `${row.name} undo`, "link", "Undo", () => say(view, [row.name], "undo")))
    cell.append(by)
  }
  return cell
}

const strength = (row) => {
  const cell = element("td", "strength")
  if (row.strength === null) {
    cell.append(element("span", "none", "–"))
    return cell
  }
  cell.title = row.told
  const bar = element("span", "bar")
  const fill = element("span", "fill")
  fill.style.width = `${row.strength}%`
  const range = element("span", "range")
  range.style.left = `${row.low}%`
  range.style.width = `${row.high - row.low}%`
  bar.append(fill, range)
  cell.append(element("span", "number", `${row.strength} %`), element("span", "score", row.score), bar)
  return cell
}

// One reason for several columns that stand below each other is told once.
const reason = (view, rows) => {
  const cell = element("td", "why")
  const [first] = rows
  cell.rowSpan = rows.length
  if (first.doubt) {
    const mark = element("span", "icon", "warning")
    mark.setAttribute("aria-hidden", "true")
    cell.append(mark)
  }
  cell.append(element("span", "", first.why))
  if (rows.length > 1) {
    const all = element("div", "all", rows.length === 2 ? "For both: " : `For all ${rows.length}: `)
    const names = rows.map((row) => row.name)
    all.setAttribute("role", "group")
    all.setAttribute("aria-label", `${view.data.question} ${names.join(", ")}`)
    ANSWERS.forEach((answer, at) => {
      if (at) all.append(" · ")
      all.append(button(view, `${first.name} all ${answer}`, "link", view.data.labels[answer], () => say(view, names, "answer", answer)))
    })
    cell.append(all)
  }
  return cell
}

const line = (view, row) => {
  const classes = [row.use ? "" : "out", row.doubt ? "doubt" : "", row.by === "wait" ? "wait" : ""]
  const made = element("tr", classes.join(" "))
  const use = element("td", "use")
  const tick = element("input")
  tick.type = "checkbox"
  tick.checked = row.use
  tick.dataset.id = `${row.name} use`
  tick.setAttribute("aria-label", `Use ${row.name}`)
  tick.addEventListener("change", () => say(view, [row.name], "use", tick.checked))
  use.append(tick)
  const name = element("th", "name")
  name.scope = "row"
  name.title = row.name
  name.append(element("span", "whole", row.label), element("span", "meaning", row.meaning))
  made.append(use, name, strength(row), answers(view, row))
  return made
}

const fill = (view) => {
  const byName = new Map(view.data.rows.map((row) => [row.name, row]))
  const rows = view.names.filter((name) => byName.has(name)).slice(0, view.drawn).map((name) => byName.get(name))
  const body = element("tbody")
  for (let at = 0; at < rows.length; ) {
    let end = at + 1
    if (rows[at].doubt) while (end < rows.length && rows[end].doubt && rows[end].why === rows[at].why) end += 1
    const together = rows.slice(at, end)
    together.forEach((row, place) => {
      const made = line(view, row)
      if (!place) made.append(reason(view, together))
      body.append(made)
    })
    at = end
  }
  view.body.replaceWith(body)
  view.body = body
  const more = view.names.length - rows.length
  view.more.replaceChildren()
  if (more > 0) {
    const unfold = (n) => () => { view.drawn += n; draw(view) }
    view.more.append(`${rows.length} of ${view.names.length.toLocaleString("en")} columns are shown. `)
    view.more.append(button(view, "more", "link", `Show ${Math.min(STEP, more)} more`, unfold(STEP)))
    if (more > STEP) view.more.append(" · ", button(view, "rest", "link", "Show all", unfold(more)))
  } else if (!rows.length) view.more.append("No column fits what you look for.")
}

const together = (view) => {
  view.bulk.replaceChildren()
  const n = view.names.length
  view.bulk.hidden = n < 2 || (!view.search.value.trim() && view.look.value === "all")
  if (view.bulk.hidden) return
  const act = (id, text, what, value) => button(view, `bulk ${id}`, "small", text, () => say(view, view.names, what, value))
  view.bulk.append(
    element("span", "", `For these ${n.toLocaleString("en")} columns:`),
    ...ANSWERS.map((answer) => act(answer, view.data.labels[answer], "answer", answer)),
    element("span", "gap"),
    act("use", "Use them", "use", true),
    act("leave", "Leave them out", "use", false),
    element("span", "gap"),
    act("undo", "Undo", "undo"),
  )
}

const draw = (view) => {
  const { frame } = view
  const { scrollTop, scrollLeft } = frame
  const focused = view.root.activeElement?.dataset?.id
  fill(view)
  together(view)
  frame.scrollTo(scrollLeft, scrollTop)
  if (focused) view.root.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
}

const look = (view) => {
  view.names = found(view)
  view.drawn = STEP
  view.frame.scrollTo(0, 0)
  draw(view)
}

const begin = (root) => {
  const part = (name) => root.querySelector(`.${name}`)
  const view = {
    root, frame: part("frame"), body: root.querySelector("tbody"), more: part("more"), bulk: part("bulk"),
    tools: part("tools"), search: part("search"), look: part("look"), sort: part("sort"),
    visit: crypto.randomUUID?.() ?? String(Math.random()), told: 0, unheard: [], content: "", place: "", drawn: STEP,
  }
  for (const control of [view.look, view.sort]) control.addEventListener("change", () => look(view))
  view.search.addEventListener("input", () => look(view))
  return view
}

export default function (component) {
  const { data, parentElement: root } = component
  const frame = root.querySelector(".frame")
  const view = views.get(frame) || begin(root)
  views.set(frame, view)
  view.component = component
  const content = JSON.stringify(data)
  if (content === view.content) return
  const another = view.place !== data.place
  Object.assign(view, { data, content, place: data.place })
  if (data.said.visit === view.visit) view.unheard = view.unheard.filter((entry) => entry.id > data.said.id)
  root.querySelector(".goes").textContent = data.goes
  root.querySelector(".goes").title = data.help
  frame.setAttribute("aria-label", data.label)
  frame.classList.toggle("wide", data.wide)
  frame.classList.toggle("tall", data.rows.length > WHOLE)
  view.tools.hidden = data.rows.length <= FEW
  options(view.look, LOOKS, Object.entries(LOOKS).map(([value, [label, fits]]) => {
    return [value, `${label} (${data.rows.filter(fits).length.toLocaleString("en")})`]
  }))
  options(view.sort, SORTS, Object.entries(SORTS).map(([value, [label]]) => [value, label]))
  if (another) look(view)
  else draw(view)
}
