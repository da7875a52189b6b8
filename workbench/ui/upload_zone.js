// Files go to the server one after the other, in a stream, and their ids to Python when all have arrived.
// What is under way is kept here, in the browser's page: an upload goes on while another page of the app is shown,
// and a drop zone that is shown again finds it.
const zones = new Map()
const SPEED_SECONDS = 0.5 // no speed is told before
const SIGN_MS = 1500
const UNITS = ["bytes", "kB", "MB", "GB", "TB"]

function size(n) {
  let at = 0
  while (n >= 1000 && at < UNITS.length - 1) { n /= 1000; at += 1 }
  return `${n >= 10 || at === 0 ? n.toFixed(0) : n.toFixed(1)} ${UNITS[at]}`
}

function duration(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

function token() {
  return (document.cookie.match(/(?:^|; )_streamlit_xsrf=([^;]+)/) || [])[1] || ""
}

function fresh() {
  return { status: "idle", files: [], at: 0, ids: [], loaded: 0, began: 0, request: null, problem: null, round: null }
}

// What the server says of a file of this size: null, or why it cannot come.
async function refusal(data, file) {
  const answer = await fetch(`${data.path}?size=${file.size}`, { headers: { "X-Xsrftoken": token() } })
  return answer.ok ? null : await answer.json()
}

function send(zone, file) {
  return new Promise((resolve, reject) => {
    const { path, zone: from, project } = zone.data
    const request = (zone.request = new XMLHttpRequest())
    const asked = new URLSearchParams({ name: file.name, zone: from, project })
    request.open("PUT", `${path}?${asked}`)
    request.setRequestHeader("X-Xsrftoken", token())
    request.setRequestHeader("Content-Type", "application/octet-stream")
    request.upload.onprogress = (event) => { zone.loaded = event.loaded; paint(zone) }
    request.onload = () => {
      let answer = {}
      try { answer = JSON.parse(request.responseText) } catch { /* no answer of ours: told below */ }
      if (request.status === 200) resolve(answer.id)
      else reject(answer.error ? answer : broken(file))
    }
    request.onerror = () => reject(broken(file))
    request.onabort = () => reject(null)
    request.send(file)
  })
}

function broken(file) {
  return {
    error: `“${file.name}” did not arrive: the connection broke, or the file was changed or moved meanwhile.`,
    advice: "Check that the server is running and open the file again.",
  }
}

function unfit(zone, files) {
  const { types, limit, multiple } = zone.data
  const wrong = files.find((file) => types.length && !types.some((type) => file.name.toLowerCase().endsWith(type)))
  if (wrong) return { error: `“${wrong.name}” is not a ${types.join(" or ")} file.`, advice: "Choose another file." }
  if (!multiple && files.length > 1)
    return { error: "Several files were dropped.", advice: "Drop one file at a time here." }
  const large = files.find((file) => file.size > limit)
  if (large)
    return {
      error: `“${large.name}” has ${size(large.size)}; at most ${size(limit)} are taken here.`,
      advice: "Pack it (zip, gz), or leave out rows or columns.",
    }
  return null
}

async function begin(zone, files) {
  if (!files.length || zone.status !== "idle") return
  zone.problem = unfit(zone, files)
  if (zone.problem) return paint(zone)
  Object.assign(zone, { status: "sending", files, at: 0, ids: [], loaded: 0, began: performance.now() })
  window.addEventListener("beforeunload", warn)
  paint(zone)
  try {
    for (const [at, file] of files.entries()) {
      Object.assign(zone, { at, loaded: 0 })
      const refused = await refusal(zone.data, file).catch(() => broken(file))
      if (zone.status !== "sending") throw null
      if (refused) throw refused
      zone.ids.push(await send(zone, file))
    }
    zone.status = "sent"
    report(zone)
  } catch (problem) {
    Object.assign(zone, { status: "idle", files: [], problem })
  }
  if (![...zones.values()].some((other) => other.status === "sending"))
    window.removeEventListener("beforeunload", warn)
  paint(zone)
}

function warn(event) { event.preventDefault() }

// Tell Python, once, that everything is there; where no drop zone is shown, it waits until one is.
function report(zone) {
  if (zone.status !== "sent" || !zone.tell) return
  zone.status = "told"
  zone.tell([...zone.ids])
}

function figures(zone) {
  const total = zone.files.reduce((sum, file) => sum + file.size, 0)
  const before = zone.files.slice(0, zone.at).reduce((sum, file) => sum + file.size, 0)
  const sent = Math.min(before + zone.loaded, total)
  const seconds = (performance.now() - zone.began) / 1000
  const words = [`${size(sent)} of ${size(total)}`]
  if (seconds > SPEED_SECONDS && sent > 0 && sent < total) {
    const speed = sent / seconds
    words.push(`${size(speed)} per second`, `${duration((total - sent) / speed)} left`)
  }
  return { share: total ? sent / total : 1, text: words.join(" · ") }
}

function paint(zone) {
  if (!zone.root) return
  const find = (selector) => zone.root.querySelector(selector)
  const busy = zone.status !== "idle"
  find(".area").hidden = busy
  find(".sending").hidden = !busy
  find(".problem").hidden = busy || !zone.problem
  if (zone.problem) {
    find(".problem strong").textContent = zone.problem.error
    find(".problem span").textContent = zone.problem.advice || ""
  }
  if (busy) {
    const { share, text } = figures(zone)
    const of = zone.files.length > 1 ? ` (${zone.at + 1} of ${zone.files.length})` : ""
    find(".name").textContent = zone.files[zone.at].name + of
    find("progress").value = share
    find("progress").setAttribute("aria-label", `Uploading ${zone.files[zone.at].name}`)
    find(".figures").textContent = zone.status === "sending" ? text : "It has arrived and is being read …"
    find(".sending button").hidden = zone.status !== "sending"
  }
  mark()
}

// Tools that drive a browser wait while something with this name is on the page; they cannot look inside here. It
// goes a moment after the last file was dealt with, when what follows stands on the page.
function mark() {
  const busy = [...zones.values()].some((zone) => zone.status === "sending" || (zone.status !== "idle" && zone.root))
  let sign = document.getElementById("upload-under-way")
  if (busy && !sign) {
    sign = document.createElement("span")
    sign.id = "upload-under-way"
    sign.dataset.testid = "stSpinner"
    sign.hidden = true
    document.body.append(sign)
  } else if (!busy && sign && !sign.dataset.going) {
    sign.dataset.going = "soon"
    setTimeout(() => sign.remove(), SIGN_MS)
  }
}

function listen(zone) {
  const area = zone.root.querySelector(".area")
  const input = area.querySelector("input")
  input.multiple = zone.data.multiple
  input.accept = zone.data.types.join(",")
  input.onchange = () => {
    const files = [...input.files]
    input.value = "" // so that the same file can be chosen again
    begin(zone, files)
  }
  area.ondragenter = area.ondragover = (event) => { event.preventDefault(); area.classList.add("over") }
  area.ondragleave = () => area.classList.remove("over")
  area.ondrop = (event) => {
    event.preventDefault()
    area.classList.remove("over")
    begin(zone, [...event.dataTransfer.files])
  }
  zone.root.querySelector(".sending button").onclick = () => {
    zone.status = "idle"
    zone.request?.abort()
    paint(zone)
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const name = `${data.zone} ${data.project}`
  if (!zones.has(name)) zones.set(name, fresh())
  const zone = zones.get(name)
  // Python has dealt with what was told: the zone is free again.
  if (zone.status === "told" && zone.round !== data.round) Object.assign(zone, { status: "idle", files: [] })
  if (zone.status === "idle" && zone.round !== data.round) zone.problem = null
  Object.assign(zone, { data, root: parentElement, round: data.round })
  zone.tell = (ids) => setTriggerValue("uploaded", ids)
  const label = parentElement.querySelector(".label")
  label.textContent = data.label
  label.hidden = data.label_hidden
  parentElement.querySelector(".hint").textContent = "Drop a file here"
  parentElement.querySelector(".limit").textContent = data.hint
  parentElement.querySelector(".choose").textContent = "Choose a file"
  listen(zone)
  report(zone)
  paint(zone)
  return () => {
    if (zone.root !== parentElement) return
    Object.assign(zone, { root: null, tell: null })
    mark()
  }
}
