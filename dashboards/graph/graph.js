// Draws a genealogy on a canvas: pan, zoom, search, expand, collapse, select; by mouse and by keyboard.
// Layers and the order in them come from Python (layout.py); here what is visible is stacked and painted.

export default function ({ data, parentElement, setTriggerValue }) {
  const text = new TextDecoder().decode(data);
  const known = parentElement.graph;
  if (known && known.text === text) {
    known.ask = setTriggerValue;
    return known.stop;
  }
  if (known) known.stop();
  const graph = new Graph(parentElement, JSON.parse(text), setTriggerValue);
  graph.text = text;
  parentElement.graph = graph;
  return graph.stop;
}

class Graph extends Painter {
  constructor(parent, picture, ask) {
    super();
    Object.assign(this, picture, { ask, collapsed: new Set(), selected: picture.root, hits: [] });
    this.began = performance.now();
    const part = (name) => parent.querySelector(`.${name}`);
    Object.assign(this, { canvas: part("canvas"), panel: part("panel"), field: part("field"), told: part("told") });
    this.count = part("count");
    this.pen = this.canvas.getContext("2d");
    this.links = this.nodes.map(() => []);
    this.edges.forEach((edge, n) => [edge.a, edge.b].forEach((end) => this.links[end].push(n)));
    this.collapsed = new Set(this.folded);
    this.name(parent);
    this.listen(parent);
    this.arrange();
    this.fit();
    this.show(this.root, false);
    // What is too small to read begins at the lot; the whole is one key away.
    if (this.zoom < 0.55) this.begin();
    this.stop = () => this.ends.forEach((end) => end());
    requestAnimationFrame(() => (this.canvas.dataset.ms = Math.round(performance.now() - this.began)));
  }

  name(parent) {
    const say = this.words;
    this.canvas.setAttribute("aria-label", say.label);
    parent.querySelector(".help").textContent = say.help;
    this.field.placeholder = say.search;
    this.field.setAttribute("aria-label", say.search);
    parent.querySelectorAll("[data-act]").forEach((button) => {
      button.title = say[button.dataset.act];
      button.setAttribute("aria-label", say[button.dataset.act]);
    });
  }

  // What is visible: everything that a way leads to which does not pass through a collapsed node.
  arrange() {
    const seen = new Set([this.root]);
    for (const at of seen)
      if (!this.collapsed.has(at)) this.outward(at).forEach((next) => seen.add(next));
    this.visible = [...seen].sort((one, two) => this.nodes[one].o - this.nodes[two].o);
    const layers = new Map();
    for (const at of this.visible) {
      const layer = this.nodes[at].l;
      if (!layers.has(layer)) layers.set(layer, []);
      layers.get(layer).push(at);
    }
    this.stack([...layers].sort((one, two) => one[0] - two[0]).map((pair) => pair[1]));
    this.is = seen;
    this.canvas.dataset.nodes = this.visible.length;
    this.count.textContent = this.words.count.replace("{shown}", this.visible.length).replace("{all}", this.nodes.length);
  }

  outward(at) {
    const near = Math.abs(this.nodes[at].l);
    return this.links[at]
      .map((n) => (this.edges[n].a === at ? this.edges[n].b : this.edges[n].a))
      .filter((end) => at === this.root || this.nodes[end].k === "ghost" || (Math.abs(this.nodes[end].l) >= near && this.nodes[end].l * this.nodes[at].l >= 0));
  }

  // Layers side by side; one with many nodes is folded into several columns, to the shape of the screen.
  stack(layers) {
    const columns = (rows) => layers.reduce((sum, layer) => sum + Math.ceil(layer.length / rows), 0);
    let rows = 10;
    while (columns(rows) * (BOX.w + BOX.gx) > 2.2 * rows * (BOX.h + BOX.gy) && columns(rows) > layers.length) rows = Math.ceil(rows * 1.2);
    this.x = {};
    this.y = {};
    let left = 0;
    for (const layer of layers) {
      const tall = Math.min(rows, layer.length);
      layer.forEach((at, n) => {
        this.x[at] = left + Math.floor(n / rows) * (BOX.w + 14);
        this.y[at] = ((n % rows) - (tall - 1) / 2) * (BOX.h + BOX.gy);
      });
      left += Math.ceil(layer.length / rows) * (BOX.w + 14) - 14 + BOX.gx;
    }
  }

  fit() {
    const xs = this.visible.map((at) => this.x[at]), ys = this.visible.map((at) => this.y[at]);
    const [x0, x1] = [Math.min(...xs), Math.max(...xs) + BOX.w], [y0, y1] = [Math.min(...ys), Math.max(...ys) + BOX.h];
    const { clientWidth: w, clientHeight: h } = this.canvas;
    this.zoom = Math.min(1.1, (w - 48) / (x1 - x0), (h - 40) / (y1 - y0));
    this.dx = w / 2 - (this.zoom * (x0 + x1)) / 2;
    this.dy = h / 2 - (this.zoom * (y0 + y1)) / 2;
    this.paint();
  }

  // The lot stands where its layers balance, so that the side with more of them has more room.
  begin() {
    const layers = this.visible.map((at) => this.nodes[at].l), [low, high] = [Math.min(...layers), Math.max(...layers)];
    this.zoom = 0.75;
    this.show(this.root);
    this.dx += this.canvas.clientWidth * (Math.min(0.72, Math.max(0.2, -low / (high - low))) - 0.5);
  }

  magnify(factor, px = this.canvas.clientWidth / 2, py = this.canvas.clientHeight / 2) {
    const zoom = Math.min(2.5, Math.max(0.03, this.zoom * factor));
    this.dx = px - ((px - this.dx) * zoom) / this.zoom;
    this.dy = py - ((py - this.dy) * zoom) / this.zoom;
    this.zoom = zoom;
    this.paint();
  }

  show(at, centre = true) {
    this.selected = at;
    this.canvas.dataset.selected = this.nodes[at].key;
    if (centre) {
      this.dx = this.canvas.clientWidth / 2 - this.zoom * (this.x[at] + BOX.w / 2);
      this.dy = this.canvas.clientHeight / 2 - this.zoom * (this.y[at] + BOX.h / 2);
    }
    const node = this.nodes[at], say = this.words;
    const make = (tag, label, owner, kind = "") => owner.appendChild(Object.assign(document.createElement(tag), { textContent: label, className: kind }));
    this.panel.replaceChildren();
    make("h4", node.t, this.panel);
    make("p", node.s, this.panel, "sub");
    node.g.forEach((gap) => make("p", gap, this.panel, "gap"));
    for (const [title, side, other] of [[say.from, "b", "a"], [say.to, "a", "b"]]) {
      const own = this.links[at].map((n) => this.edges[n]).filter((edge) => edge[side] === at);
      if (!own.length) continue;
      make("h5", `${title} (${own.length})`, this.panel);
      own.slice(0, 40).forEach((edge) => {
        const jump = make("button", this.nodes[edge[other]].t, this.panel, "jump");
        make("span", edge.n, jump);
        jump.onclick = () => this.reveal(edge[other]);
      });
    }
    if (this.opens(at)) make("button", this.collapsed.has(at) ? say.expand : say.collapse, this.panel, "act").onclick = () => this.toggle(at);
    if (node.id && at !== this.root) make("button", say.trace, this.panel, "act").onclick = () => this.ask("centre", node.id);
    this.told.textContent = [node.t, node.s, ...node.g].join(" · ");
    this.paint();
  }

  opens(at) {
    return at !== this.root && this.outward(at).some((end) => Math.abs(this.nodes[end].l) > Math.abs(this.nodes[at].l));
  }

  toggle(at) {
    if (!this.opens(at)) return;
    if (!this.collapsed.delete(at)) this.collapsed.add(at);
    this.arrange();
    this.show(at);
  }

  fold(all) {
    this.collapsed = new Set(all ? this.nodes.keys() : []);
    this.collapsed.delete(this.root);
    for (const at of [...this.collapsed]) if (!this.opens(at)) this.collapsed.delete(at);
    this.arrange();
    if (!this.is.has(this.selected)) this.show(this.root, false);
    this.fit();
  }

  reveal(at) {
    if (!this.is.has(at)) this.fold(false);
    if (this.zoom <= READABLE) this.zoom = 0.8;
    this.show(at);
  }

  search() {
    const wanted = this.field.value.normalize("NFKC").trim().toUpperCase();
    const has = (node) => `${node.t} ${node.s} ${node.key}`.normalize("NFKC").toUpperCase().includes(wanted);
    const found = wanted ? [...this.nodes.keys()].filter((at) => has(this.nodes[at])) : [];
    const place = (found.indexOf(this.selected) + 1) % (found.length || 1);
    this.told.textContent = wanted && !found.length ? this.words.nothing : "";
    this.count.textContent = wanted ? `${found.length ? place + 1 : 0}/${found.length}` : this.count.textContent;
    if (found.length) this.reveal(found[place]);
  }

  // The nearest visible box in a direction; sideways along lines first.
  step(sx, sy) {
    const from = this.selected, ends = new Set(this.links[from].flatMap((n) => [this.edges[n].a, this.edges[n].b]));
    const cost = (at) => {
      const [dx, dy] = [this.x[at] - this.x[from], this.y[at] - this.y[from]];
      const along = sx ? dx * sx : dy * sy, across = Math.abs(sx ? dy : dx);
      return along <= 1 ? Infinity : along + 3 * across - (sx && ends.has(at) ? 1e6 : 0);
    };
    const best = this.visible.reduce((one, two) => (cost(two) < cost(one) ? two : one), from);
    if (cost(best) < Infinity) this.show(best);
  }

  at(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const [px, py] = [(event.clientX - left - this.dx) / this.zoom, (event.clientY - top - this.dy) / this.zoom];
    return this.visible.find((at) => px >= this.x[at] && px <= this.x[at] + BOX.w && py >= this.y[at] && py <= this.y[at] + BOX.h);
  }

  listen(parent) {
    const stop = new AbortController(), on = (target, kind, act) => target.addEventListener(kind, act, { signal: stop.signal, passive: false });
    const size = new ResizeObserver(() => this.paint());
    size.observe(this.canvas);
    this.ends = [() => stop.abort(), () => size.disconnect()];
    const { canvas } = this;
    on(canvas, "pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.drag = { x: event.clientX, y: event.clientY, far: 0 };
    });
    on(canvas, "pointermove", (event) => {
      if (!this.drag) return void (canvas.style.cursor = this.at(event) === undefined ? "grab" : "pointer");
      const [mx, my] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
      this.drag = { x: event.clientX, y: event.clientY, far: this.drag.far + Math.abs(mx) + Math.abs(my) };
      [this.dx, this.dy] = [this.dx + mx, this.dy + my];
      this.paint();
    });
    on(canvas, "pointerup", (event) => {
      const hit = this.drag && this.drag.far < 5 ? this.at(event) : undefined;
      this.drag = null;
      if (hit !== undefined) this.show(hit, false);
    });
    on(canvas, "dblclick", (event) => this.at(event) !== undefined && this.toggle(this.at(event)));
    // The wheel scrolls the page until somebody works in the picture.
    on(canvas, "wheel", (event) => {
      if (parent.activeElement !== canvas) return;
      event.preventDefault();
      this.magnify(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.offsetX, event.offsetY);
    });
    const keys = {
      ArrowLeft: () => this.step(-1, 0), ArrowRight: () => this.step(1, 0), ArrowUp: () => this.step(0, -1), ArrowDown: () => this.step(0, 1),
      " ": () => this.toggle(this.selected), "+": () => this.magnify(1.25), "=": () => this.magnify(1.25), "-": () => this.magnify(0.8),
      0: () => this.fit(), Home: () => this.reveal(this.root), "/": () => this.field.focus(),
      Enter: () => this.nodes[this.selected].id && this.selected !== this.root && this.ask("centre", this.nodes[this.selected].id),
    };
    on(canvas, "keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    });
    on(this.field, "keydown", (event) => event.key === "Enter" && this.search());
    const acts = { nearer: () => this.magnify(1.25), farther: () => this.magnify(0.8), whole: () => this.fit(), open: () => this.fold(false), close: () => this.fold(true) };
    parent.querySelectorAll("[data-act]").forEach((button) => on(button, "click", () => acts[button.dataset.act]()));
  }
}
