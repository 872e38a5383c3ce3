// The page's own elements: uploads, the comparison of two pictures, painting a mask, drawing a blur.
(() => {
  const root = () => document.querySelector("#stage [data-token]");
  const pending = new Set();
  const track = (promise) => {
    pending.add(promise);
    promise.finally(() => pending.delete(promise));
    return promise;
  };

  // Words for the visitor, which go when they are read.
  const notice = (text, kind = "wrong") => {
    let list = document.querySelector(".pi-notices");
    if (!list) {
      list = document.createElement("div");
      list.className = "pi-notices";
      list.setAttribute("role", "alert");
      document.body.append(list);
    }
    const item = document.createElement("div");
    item.className = `pi-notice pi-${kind}`;
    item.append(Object.assign(document.createElement("span"), { textContent: text }));
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => item.remove());
    item.append(close);
    list.append(item);
    return item;
  };

  // Send one file; resolves to the answer, or to null where it was refused.
  const send = async (address, file, name) => {
    const most = Number(root()?.dataset.most || 0);
    if (most && file.size > most * 1e6) {
      notice(`${name} is too large: ${Math.round(file.size / 1e6)} MB, where at most ${most} MB are taken here. ` +
        "For larger files use the command line.");
      return null;
    }
    try {
      const response = await fetch(address, {
        method: "POST", body: file,
        headers: { "X-Name": encodeURIComponent(name), "Content-Type": "application/octet-stream" },
      });
      const answer = await response.json();
      if (answer.refused) notice(answer.refused);
      return answer.refused ? null : answer;
    } catch {
      notice(`${name} did not arrive. Is preimage still running?`);
      return null;
    }
  };

  const bring = async (files) => {
    const stage = root();
    if (!stage || !files.length) return;
    const told = notice(files.length > 1 ? `Bringing in ${files.length} pictures` : `Bringing in ${files[0].name}`, "quiet");
    let last = null;
    for (const file of files) {
      const answer = await send(`/files/${stage.dataset.token}/picture`, file, file.name);
      if (answer) {
        last = answer.number;
        root()?.dispatchEvent(new CustomEvent("arrived", { bubbles: true, detail: { picture: last } }));
      }
    }
    told.remove();
  };

  const choose = (accept, multiple, then) => {
    const input = document.querySelector("#pi-input");
    input.accept = accept;
    input.multiple = multiple;
    input.onchange = () => {
      const files = [...input.files];
      input.value = "";
      then(files);
    };
    input.click();
  };

  const ready = () => {
    const input = Object.assign(document.createElement("input"), { type: "file", id: "pi-input", hidden: true, multiple: true });
    input.onchange = () => { const files = [...input.files]; input.value = ""; bring(files); };
    document.body.append(input);
  };
  if (document.body) ready(); else document.addEventListener("DOMContentLoaded", ready);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open]")) choose(root()?.dataset.accept || "", true, bring);
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard?.writeText(copy.parentElement.querySelector("code").textContent);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    }
    const option = event.target.closest("[data-option]");
    if (option) {
      choose(option.dataset.accept || "", false, async ([file]) => {
        const whole = option.dataset.whole === undefined ? `?picture=${current()}` : "";
        const answer = await track(send(`/files/${root().dataset.token}/${option.dataset.option}${whole}`, file, file.name));
        if (answer) option.parentElement.querySelector("[data-brought]").textContent = answer.name;
        if (answer && option.dataset.option === "mask") document.querySelector("preimage-viewer")?.load(URL.createObjectURL(file));
      });
    }
  });
  const current = () => document.querySelector(".pi-file[aria-current] [data-picture]")?.dataset.picture || "";

  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  addEventListener("dragenter", (event) => { if (carries(event)) { depth += 1; document.body.classList.add("pi-over"); } });
  addEventListener("dragleave", (event) => { if (carries(event) && --depth <= 0) { depth = 0; document.body.classList.remove("pi-over"); } });
  addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("pi-over");
    bring([...event.dataTransfer.files]);
  });

  const make = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };

  // Before and after under one divider; one picture alone; a picture to paint a mask on.
  class Viewer extends HTMLElement {
    connectedCallback() {
      this.at = 50;
      this.scale = "fit";
      // Gradio changes attributes of what is there, and takes away what it does not know.
      this.watcher = new MutationObserver(() => this.build());
      this.sizer = new ResizeObserver(() => this.resize());
      this.build();
    }

    disconnectedCallback() {
      this.watcher.disconnect();
      this.sizer.disconnect();
    }

    build() {
      const names = ["before", "after", "errors", "errors-top", "paint", "mask"];
      const state = JSON.stringify(names.map((name) => this.getAttribute(name)));
      if (state === this.state && this.querySelector(".pi-frame")) return;
      this.watcher.disconnect();
      this.sizer.disconnect();
      this.state = state;
      this.replaceChildren();
      const has = (name) => this.hasAttribute(name);
      this.shows = has("after") ? "compare" : "before";
      this.append(this.tools(), make(`<div class="pi-scroll"><div class="pi-frame"></div></div>`));
      this.frame = this.querySelector(".pi-frame");
      this.scroll = this.querySelector(".pi-scroll");
      this.base = this.picture(has("after") ? "after" : "before", "pi-base");
      if (has("after")) {
        this.over = this.picture("before", "pi-before");
        this.frame.append(make(`<i class="pi-divider"><b></b></i>`), make(`<span class="pi-tag pi-left">before</span>`),
          make(`<span class="pi-tag pi-right">after</span>`));
        this.range = make(`<input type="range" class="pi-range" min="0" max="100" step="0.1" aria-label="Before and after">`);
        this.range.value = this.at;
        this.range.addEventListener("input", () => this.divide(Number(this.range.value)));
        this.frame.append(this.range);
        if (has("errors")) {
          this.errors = this.picture("errors", "pi-errors");
          this.append(make(`<p class="pi-scale"><span>±0</span> <i></i> <b></b> <span></span></p>`));
          this.querySelector(".pi-scale b").textContent = `±${this.getAttribute("errors-top")} or more`;
          this.querySelector(".pi-scale b + span").textContent =
            `The truth is within this of the result for ${this.getAttribute("errors-share")} of the pixels.`;
        }
        this.divide(this.at);
      }
      this.base.addEventListener("load", () => this.resize(), { once: true });
      if (has("paint")) this.painting();
      this.update();
      this.sizer.observe(this.scroll);
      this.watcher.observe(this, { attributes: true, attributeFilter: names, childList: true });
    }

    picture(name, kind) {
      const image = new Image();
      image.src = this.getAttribute(name);
      image.alt = `${this.getAttribute("name")}, ${name}`;
      image.className = kind;
      image.draggable = false;
      this.frame.append(image);
      return image;
    }

    tools() {
      const modes = [["compare", "Compare"], ["before", "Before"], ["after", "After"], ["errors", "Error map"]]
        .filter(([mode]) => this.hasAttribute("after") && (mode !== "errors" || this.hasAttribute("errors")));
      const bar = make(`<div class="pi-tools"><div class="pi-modes" role="group" aria-label="What is shown">` +
        modes.map(([mode, label]) => `<button type="button" data-mode="${mode}">${label}</button>`).join("") +
        `</div><div class="pi-scales" role="group" aria-label="Size"><button type="button" data-scale="fit">Fit</button>` +
        `<button type="button" data-scale="full">100 %</button></div></div>`);
      bar.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.dataset.mode) this.shows = button.dataset.mode;
        if (button?.dataset.scale) this.scale = button.dataset.scale;
        this.update();
      });
      return bar;
    }

    divide(percent) {
      this.at = percent;
      this.frame.style.setProperty("--at", `${percent}%`);
    }

    update() {
      this.dataset.shows = this.shows;
      this.dataset.scale = this.scale;
      for (const button of this.querySelectorAll("[data-mode], [data-scale]")) {
        const on = button.dataset.mode ? button.dataset.mode === this.shows : button.dataset.scale === this.scale;
        button.setAttribute("aria-pressed", on);
      }
      this.resize();
    }

    // Fit: as large as there is room, and never larger than its pixels by more than eight; 100 %: a pixel of the picture is one of the screen.
    resize() {
      const { naturalWidth: width, naturalHeight: height } = this.base;
      if (!width) return;
      const ratio = devicePixelRatio || 1;
      const room = [this.scroll.clientWidth, Math.max(240, innerHeight * 0.68)];
      const fit = Math.min(room[0] / width, room[1] / height, 8 / ratio);
      const scale = this.scale === "full" ? 1 / ratio : fit;
      this.frame.style.width = `${width * scale}px`;
      this.frame.style.height = `${height * scale}px`;
      this.frame.classList.toggle("pi-pixels", scale * ratio >= 3);
    }

    painting() {
      const canvas = document.createElement("canvas");
      canvas.className = "pi-paint";
      canvas.setAttribute("aria-label", "Paint over what is to be filled in");
      this.frame.append(canvas);
      this.canvas = canvas;
      this.history = [];
      const tools = make(`<div class="pi-brush"><label>Brush <input type="range" min="1" max="100" value="30" data-size></label>` +
        `<button type="button" data-erase aria-pressed="false">Erase</button><button type="button" data-undo>Undo</button>` +
        `<button type="button" data-clear>Clear</button></div>`);
      this.querySelector(".pi-modes").replaceWith(tools);
      const erase = tools.querySelector("[data-erase]");
      erase.addEventListener("click", () => erase.setAttribute("aria-pressed", erase.getAttribute("aria-pressed") !== "true"));
      tools.querySelector("[data-undo]").addEventListener("click", () => this.undo());
      tools.querySelector("[data-clear]").addEventListener("click", () => { this.keep(); this.pen.clearRect(0, 0, canvas.width, canvas.height); this.save(); });
      const begin = () => {
        canvas.width = this.base.naturalWidth;
        canvas.height = this.base.naturalHeight;
        this.pen = canvas.getContext("2d", { willReadFrequently: true });
        if (this.hasAttribute("mask")) this.load(this.getAttribute("mask"));
        canvas.dataset.ready = "true";
      };
      if (this.base.complete && this.base.naturalWidth) begin(); else this.base.addEventListener("load", begin, { once: true });
      const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
      };
      const size = () => Math.max(1, Number(tools.querySelector("[data-size]").value) / 400 * Math.max(canvas.width, canvas.height));
      const stroke = (from, to) => {
        const pen = this.pen;
        pen.globalCompositeOperation = erase.getAttribute("aria-pressed") === "true" ? "destination-out" : "source-over";
        pen.strokeStyle = "rgb(230, 60, 40)";
        pen.lineWidth = size();
        pen.lineCap = pen.lineJoin = "round";
        pen.beginPath();
        pen.moveTo(...from);
        pen.lineTo(to[0] + 0.01, to[1]);
        pen.stroke();
      };
      let last = null;
      canvas.addEventListener("pointerdown", (event) => {
        if (!this.pen || event.button) return;
        canvas.setPointerCapture(event.pointerId);
        this.keep();
        last = place(event);
        stroke(last, last);
      });
      canvas.addEventListener("pointermove", (event) => {
        if (!last) return;
        const at = place(event);
        stroke(last, at);
        last = at;
      });
      const end = () => { if (last) { last = null; this.save(); } };
      canvas.addEventListener("pointerup", end);
      canvas.addEventListener("pointercancel", end);
    }

    keep() {
      this.history.push(this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height));
      const bytes = 4 * this.canvas.width * this.canvas.height;
      while (this.history.length > Math.max(1, Math.min(20, 2e8 / bytes))) this.history.shift();
    }

    undo() {
      const before = this.history.pop();
      if (before) { this.pen.putImageData(before, 0, 0); this.save(); }
    }

    // A mask from a file: white is what is missing.
    load(address) {
      const image = new Image();
      image.onload = () => {
        if (image.naturalWidth !== this.canvas.width || image.naturalHeight !== this.canvas.height) return;
        this.pen.globalCompositeOperation = "source-over";
        this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
        this.pen.drawImage(image, 0, 0);
        const pixels = this.pen.getImageData(0, 0, this.canvas.width, this.canvas.height);
        for (let i = 0; i < pixels.data.length; i += 4) {
          const on = pixels.data[i] >= 128;
          pixels.data.set([230, 60, 40, on ? 255 : 0], i);
        }
        this.pen.putImageData(pixels, 0, 0);
      };
      image.src = address;
    }

    // White on black, of the size of the picture: what the command line takes for a mask.
    save() {
      const { width, height } = this.canvas;
      const pixels = this.pen.getImageData(0, 0, width, height);
      let any = false;
      for (let i = 0; i < pixels.data.length; i += 4) {
        const on = pixels.data[i + 3] >= 128;
        any = any || on;
        pixels.data.set(on ? [255, 255, 255, 255] : [0, 0, 0, 255], i);
      }
      const address = this.getAttribute("paint");
      if (!any) return track(fetch(address, { method: "DELETE" }));
      const drawn = Object.assign(document.createElement("canvas"), { width, height });
      drawn.getContext("2d").putImageData(pixels, 0, 0);
      const name = `${this.getAttribute("name").replace(/\.[^.]*$/, "")}-mask.png`;
      return track(new Promise((done) => drawn.toBlob(done, "image/png")).then((blob) => send(address, blob, name)));
    }
  }
  customElements.define("preimage-viewer", Viewer);

  // A small field to draw a blur in: the path of the camera, white on black.
  class Kernel extends HTMLElement {
    connectedCallback() {
      if (this.built) return;
      this.built = true;
      this.append(make(`<canvas width="31" height="31" aria-label="Draw the path that the camera took"></canvas>`),
        make(`<p>Draw the path that a point of light took, in pixels of the picture: the field is 31 wide. <button type="button">Clear</button></p>`));
      const canvas = this.querySelector("canvas");
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      const clear = () => { pen.globalCompositeOperation = "source-over"; pen.fillStyle = "#000"; pen.fillRect(0, 0, 31, 31); };
      clear();
      this.querySelector("button").addEventListener("click", () => { clear(); track(fetch(this.address(), { method: "DELETE" })); });
      const place = (event) => {
        const box = canvas.getBoundingClientRect();
        return [(event.clientX - box.left) * 31 / box.width, (event.clientY - box.top) * 31 / box.height];
      };
      let last = null;
      const stroke = (to) => {
        pen.strokeStyle = "#fff";
        pen.lineWidth = 1.2;
        pen.lineCap = pen.lineJoin = "round";
        pen.beginPath();
        pen.moveTo(...last);
        pen.lineTo(to[0] + 0.01, to[1]);
        pen.stroke();
        last = to;
      };
      canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); last = place(event); stroke(last); });
      canvas.addEventListener("pointermove", (event) => { if (last) stroke(place(event)); });
      const end = () => {
        if (!last) return;
        last = null;
        track(new Promise((done) => canvas.toBlob(done, "image/png")).then((blob) => send(this.address(), blob, "kernel.png")));
      };
      canvas.addEventListener("pointerup", end);
      canvas.addEventListener("pointercancel", end);
    }

    address() {
      return `/files/${root().dataset.token}/kernel`;
    }
  }
  customElements.define("preimage-kernel", Kernel);

  // What was drawn has arrived before work begins on it.
  window.preimage = { settled: async () => { while (pending.size) await Promise.allSettled([...pending]); } };
})();
