"""Opens the page of `tenor evaluate --report` in Chromium, at 1280 and 390 pixels, light and dark, and checks that it fits, that its filters
work, that it logs nothing and asks for no address, and, where axe-core is at hand, that axe finds no fault.

Run: python page.py PAGE.html [axe.min.js]. Needs Debian's chromium. It also writes a picture of each into the working directory.
"""
import html
import pathlib
import re
import subprocess
import sys
import tempfile

PROBE = """<script>onload = async () => {
  const said = [], say = (name, value) => said.push(name + "=" + value);
  const list = document.getElementById("errors"), at = id => document.getElementById(id);
  const visible = () => [...list.children].filter(item => !item.hidden).length;
  const root = document.documentElement;
  say("overflow", root.scrollWidth > root.clientWidth);
  say("width", root.clientWidth);
  if (list) {
    const all = list.children.length;
    say("starts", visible() === Math.min(all, 50));
    if (!at("more").hidden) { at("more").click(); say("more", visible() === Math.min(all, 100)); }
    const first = list.children[0].querySelector(".text").textContent.trim();
    at("find").value = first; at("find").dispatchEvent(new Event("input"));
    say("finds", visible() >= 1 && visible() < Math.max(all, 2) && !list.children[0].hidden);
    document.querySelector("tr a[data-truth]").click();
    const wanted = at("truth").value;
    say("follows", at("find").value === "" && [...list.children].every(item => item.hidden || item.dataset.truth === wanted));
  }
  if (window.axe) {
    const found = (await axe.run(document)).violations;
    say("axe", found.map(rule => rule.id + ":" + rule.nodes[0].html).join("; ") || "nothing");
  }
  const result = Object.assign(document.createElement("i"), { id: "probe", hidden: true });
  result.dataset.said = said.join("\\n");
  document.body.append(result);
};</script>"""


def chromium(page, folder, width, dark, *options):
    """What Chromium prints and logs. A window is never narrower than 500 pixels, so the page is in a frame of the wanted width."""
    frame = pathlib.Path(folder, "frame.html")
    frame.write_text(f'<body style="margin:0"><iframe src="{page}" style="border:0;width:{width}px;height:2400px"></iframe>'
                     '<script>onload = () => setTimeout(() => { const found = document.querySelector("iframe").contentDocument'
                     '.getElementById("probe"); document.body.dataset.said = found ? found.dataset.said : "no answer" }, 20000)</script>')
    colors = ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
    run = subprocess.run(
        ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--enable-logging=stderr",
         f"--user-data-dir={folder}/profile", "--virtual-time-budget=60000", f"--window-size={max(width, 500)},2400", *colors, *options,
         frame.as_uri()], capture_output=True, text=True, timeout=600)
    return run.stdout, [line for line in run.stderr.splitlines() if "CONSOLE" in line]


def main(page, axe=None):
    text = pathlib.Path(page).read_text()
    failures = [f"the page names an address: {found}" for found in re.findall(r"(?:https?:)?//[^\s\"<]+", text.split("<main>")[0])]
    with tempfile.TemporaryDirectory() as folder:
        plain, probed = pathlib.Path(folder, "page.html"), pathlib.Path(folder, "probed.html")
        plain.write_text(text)
        script = f"<script>{pathlib.Path(axe).read_text()}</script>" if axe else ""
        # axe needs what the page's policy forbids.
        probed.write_text(re.sub(r"<meta http-equiv[^>]*>", "", text).replace("</body>", script + PROBE + "</body>"))
        for width in (1280, 390):
            for dark in (False, True):
                name = f"{width}-{'dark' if dark else 'light'}"
                _, logged = chromium(plain.as_uri(), folder, width, dark, f"--screenshot={pathlib.Path(f'page-{name}.png').resolve()}")
                failures += [f"{name}: {line}" for line in logged]
                said = re.search(r'data-said="([^"]*)"', chromium(probed.as_uri(), folder, width, dark, "--dump-dom")[0])
                answers = dict(line.split("=", 1) for line in html.unescape(said[1]).split("\n") if "=" in line) if said else {}
                print(name, answers)
                good = {"overflow": "false", "axe": "nothing"}
                failures += [f"{name}: {key} is {value}" for key, value in answers.items() if key != "width" and value != good.get(key, "true")]
                if "overflow" not in answers:
                    failures.append(f"{name}: the page gave no answer")
    for failure in failures:
        print("FAILED:", failure)
    sys.exit(1 if failures else 0)


main(*sys.argv[1:])
