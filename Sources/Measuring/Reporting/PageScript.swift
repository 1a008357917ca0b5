/// The script of a report's page: it filters the wrong answers and shows them fifty at a time. It reads the page and nothing else.
let pageScript: HTML = """
    (() => {
      const list = document.getElementById("errors");
      if (!list) return;
      const [find, truth, answer, found, more] = ["find", "truth", "answer", "found", "more"].map(id => document.getElementById(id));
      const items = [...list.children].map(item => ({ item, text: item.querySelector(".text").textContent.toLowerCase() }));
      let shown = 50;
      const update = () => {
        const word = find.value.trim().toLowerCase();
        let matching = 0;
        for (const { item, text } of items) {
          const fits = (!word || text.includes(word)) && (!truth.value || item.dataset.truth === truth.value)
            && (!answer.value || item.dataset.answer === answer.value);
          if (fits) matching += 1;
          item.hidden = !fits || matching > shown;
        }
        found.textContent = matching + (matching === 1 ? " answer" : " answers");
        more.hidden = matching <= shown;
      };
      const restart = () => { shown = 50; update(); };
      find.addEventListener("input", restart);
      for (const select of [truth, answer]) select.addEventListener("change", restart);
      more.addEventListener("click", () => { shown += 50; update(); });
      document.querySelector(".filters").addEventListener("submit", event => event.preventDefault());
      for (const link of document.querySelectorAll("a[data-truth]")) link.addEventListener("click", () => {
        find.value = "";
        truth.value = link.dataset.truth;
        answer.value = link.dataset.answer || "";
        restart();
      });
      document.querySelector(".filters").hidden = false;
      update();
    })();
    """
