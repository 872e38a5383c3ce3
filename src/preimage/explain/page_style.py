"""How the page looks, and what happens when an atom is pointed at."""

__all__ = ["SCRIPT", "STYLE"]

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:1500px;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem;overflow-wrap:anywhere}h2{font-size:1.05rem;margin:0 0 .4rem}
main{display:grid;grid-template-columns:repeat(4,1fr);gap:1.2rem}
@media(max-width:900px){main{grid-template-columns:repeat(2,1fr)}}
section.wide{grid-column:span 2;min-width:0}section.tall{grid-row:span 2}section.full{grid-column:1/-1;min-width:0}
section p{color:#444;font-size:.9rem;margin:.4rem 0}
section>svg{width:100%;max-height:24rem;background:#fff}svg.bars{height:14rem;border:1px solid #ddd}
img{image-rendering:pixelated;width:100%;display:block}
.atoms{display:grid;grid-template-columns:repeat(16,1fr);gap:3px}
.atoms img{outline:1px solid #bbb}.atoms img.on{outline:3px solid #d55e00}
.sum{display:flex;flex-wrap:wrap;gap:6px}.sum figure{margin:0;width:52px}.sum img{margin-bottom:3px}
figcaption{font-size:.75rem;text-align:center;white-space:nowrap}
.scroll{overflow-x:auto}.support{border-collapse:collapse;font-size:.7rem;width:100%}
.support td{border:1px solid #eee;height:.65rem;min-width:.8rem}.support th{font-weight:normal;padding:0 .3rem}
.support tr>:nth-child(2){border-right:2px solid #000}
.scale{display:flex;gap:.5rem;align-items:center;font-size:.85rem}
.scale i{flex:1;height:.7rem;background:linear-gradient(90deg,#440154,#3b528b,#21918c,#5ec962,#fde725)}
body>table{border-collapse:collapse;font-size:.9rem}body>table th{text-align:left;padding-right:1rem;vertical-align:top}
body>table td{overflow-wrap:anywhere}
.lit{outline:3px solid #000!important;stroke:#000;stroke-width:2}
#told{position:sticky;bottom:0;margin:0;padding:.4rem .6rem;background:#222;color:#fff;min-height:1.4rem}
#told:empty{display:none}
"""

SCRIPT = """
const told=document.getElementById("told"),all=[...document.querySelectorAll("[data-atom]")];
function light(atom){for(const e of all)e.classList.toggle("lit",e.dataset.atom===atom);
const a=document.querySelector('.atoms [data-atom="'+atom+'"]');told.textContent=a?a.title:""}
document.addEventListener("mouseover",e=>{const t=e.target.closest("[data-atom]");if(t)light(t.dataset.atom)});
document.addEventListener("click",e=>{const t=e.target.closest("[data-atom]");light(t?t.dataset.atom:"")});
"""
