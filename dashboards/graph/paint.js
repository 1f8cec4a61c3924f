// How a genealogy looks on a canvas: lines by what happened and how sure it is, boxes by what they are.
const BOX = { w: 152, h: 36, gx: 46, gy: 10 };
const FONT = '"Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Segoe UI",sans-serif';
const KINDS = {
  root: ["#12454E", "#12454E", "#FFFFFF"], produced: ["#E8F1F2", "#1B6B76", "#17262B"],
  purchased: ["#FBF3E4", "#B98A2F", "#17262B"], unknown: ["#F3F4F6", "#8A94A0", "#17262B"],
  partner: ["#FFFFFF", "#9DB0B5", "#17262B"], ghost: ["#FDECEA", "#B3261E", "#8C1D18"],
};
const DASHES = { EXACT: [], ORDER: [9, 4], BACKFLUSH: [4, 4], INFERRED: [2, 4] };
const READABLE = 0.42; // below this zoom a text is not drawn

class Painter {
  paint() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      const { canvas, pen } = this, ratio = window.devicePixelRatio || 1;
      const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, w, h);
      pen.setTransform(ratio * this.zoom, 0, 0, ratio * this.zoom, ratio * this.dx, ratio * this.dy);
      const drawn = this.edges.filter((edge) => this.is.has(edge.a) && this.is.has(edge.b));
      drawn.forEach((edge) => this.line(edge, false));
      drawn.filter((edge) => edge.a === this.selected || edge.b === this.selected).forEach((edge) => this.line(edge, true));
      this.visible.forEach((at) => this.box(at));
      canvas.dataset.edges = drawn.length;
    });
  }

  line(edge, strong) {
    const { pen } = this, x1 = this.x[edge.a] + BOX.w, x2 = this.x[edge.b];
    const y1 = this.y[edge.a] + BOX.h / 2, y2 = this.y[edge.b] + BOX.h / 2, reach = Math.max(30, Math.abs(x2 - x1) / 2);
    const moved = ["REWORK", "RELABEL", "SPLIT", "MERGE"].includes(edge.t);
    pen.strokeStyle = edge.bad ? "#B3261E" : strong ? "#12454E" : moved ? "#7A5BA6" : "#A9B8BD";
    pen.lineWidth = strong ? 2.4 : edge.bad ? 1.8 : 1.2;
    pen.setLineDash(DASHES[edge.p] || []);
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.bezierCurveTo(x1 + reach, y1, x2 - reach, y2, x2, y2);
    pen.stroke();
    pen.setLineDash([]);
    if (edge.q && (strong || this.visible.length < 60) && this.zoom > READABLE) this.amount(edge.q, (x1 + x2) / 2, (y1 + y2) / 2, edge.bad);
  }

  amount(label, x, y, bad) {
    const { pen } = this;
    pen.font = `10.5px ${FONT}`;
    const wide = pen.measureText(label).width + 8;
    pen.fillStyle = "#FFFFFFE6";
    pen.fillRect(x - wide / 2, y - 8, wide, 15);
    pen.fillStyle = bad ? "#8C1D18" : "#42525A";
    pen.textAlign = "center";
    pen.fillText(label, x, y + 3.5);
    pen.textAlign = "left";
  }

  box(at) {
    const { pen } = this, node = this.nodes[at], [fill, edge, ink] = KINDS[node.k] || KINDS.unknown;
    const [x, y] = [this.x[at], this.y[at]], is = at === this.selected;
    pen.fillStyle = fill;
    pen.strokeStyle = is ? "#D08A2E" : node.g.length && node.k !== "root" ? "#B3261E" : edge;
    pen.lineWidth = is ? 3.5 : 1.3;
    pen.setLineDash(["ghost", "unknown"].includes(node.k) ? [4, 3] : []);
    pen.beginPath();
    pen.roundRect(x, y, BOX.w, BOX.h, node.k === "partner" ? 16 : 6);
    pen.fill();
    pen.stroke();
    pen.setLineDash([]);
    if (this.zoom > READABLE) {
      pen.fillStyle = ink;
      pen.font = `600 12px ${FONT}`;
      pen.fillText(this.cut(node.t), x + 10, y + 15);
      pen.font = `10.5px ${FONT}`;
      pen.fillStyle = node.k === "root" ? "#DCE9EA" : node.k === "ghost" ? ink : "#5A6872";
      pen.fillText(this.cut(node.s), x + 10, y + 29);
    }
    if (node.g.length && node.k !== "ghost") this.pill(String(node.g.length), x + BOX.w - 4, y, "#B3261E");
    if (this.collapsed.has(at)) this.pill("+", node.l < 0 ? x : x + BOX.w, y + BOX.h / 2, "#1B6B76");
  }

  pill(label, x, y, colour) {
    const { pen } = this;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, 8, 0, 7);
    pen.fill();
    pen.fillStyle = "#FFFFFF";
    pen.font = `700 11px ${FONT}`;
    pen.textAlign = "center";
    pen.fillText(label, x, y + 4);
    pen.textAlign = "left";
  }

  // Cuts once per text: measuring is the dearest part of painting thousands of boxes.
  cut(label) {
    this.cuts ??= new Map();
    const key = this.pen.font + label;
    if (!this.cuts.has(key)) {
      let short = label;
      while (short && this.pen.measureText(short).width > BOX.w - 22) short = short.slice(0, -1);
      this.cuts.set(key, short === label ? label : `${short.slice(0, -1)}…`);
    }
    return this.cuts.get(key);
  }
}
